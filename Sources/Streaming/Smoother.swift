import Glibc

/// Turns the probabilities of single rows into stable labels.
///
/// A state machine whose only clock is the time of the rows. Within an utterance, it averages the probabilities of the
/// rows with exponentially decaying weights. After `onset` seconds, the most probable emotion becomes the label if it
/// reaches `threshold`; otherwise the label is `uncertain` until an emotion reaches it. After that, another emotion
/// replaces the label when it reaches `threshold` and leads by `margin`. The label falls back to `uncertain` when its
/// own probability drops below `release`. Neither happens within `dwell` seconds after the emotion became the label.
/// The end of speech gives `silence` at once, regardless of the dwell time: the gate has its own hang-over.
///
///     var smoother = Smoother(labels: 8, configuration: SmootherConfiguration())
///     if let change = smoother.step(time: 1.24, speech: true, probabilities: posterior.span) { print(change.label) }
///
/// A step costs O(labels) and allocates only when it returns a change, or when a copy of `probabilities` is still held.
public struct Smoother: Sendable {
  public let configuration: SmootherConfiguration
  /// The current label.
  public private(set) var label: Label = .silence
  /// The filtered probabilities, one per emotion; they sum to 1 within an utterance and are zero outside.
  public private(set) var probabilities: [Float]

  /// Time of the newest row, in seconds.
  private var time = -Double.infinity
  /// Time of the utterance's first row, in seconds; nil outside utterances.
  private var start: Double?
  /// Time of the last change of label, in seconds.
  private var changed = -Double.infinity
  /// Sum of the weights of the utterance's rows; the newest row's weight is 1.
  private var weight: Double = 0

  /// - Parameters:
  ///   - labels: the number of emotions, at least 1.
  ///   - configuration: must be valid.
  public init(labels: Int, configuration: SmootherConfiguration) {
    precondition(labels > 0, "a smoother needs at least one label")
    self.configuration = configuration
    probabilities = [Float](repeating: 0, count: labels)
  }

  /// Filtered probability of the label, 0…1; for `uncertain` that of the most probable emotion, for `silence` 1.
  public var confidence: Float {
    switch label {
    case .silence: 1
    case .uncertain: leader.probability
    case .emotion(let index): probabilities[index]
    }
  }

  /// Processes one row.
  /// - Parameters:
  ///   - time: capture time of the row in seconds, greater than that of the row before. Gaps reduce the weight of the
  ///     rows before them.
  ///   - speech: whether the gate classifies the row as speech.
  ///   - probabilities: the model's posterior after the row, one per emotion; not read where `speech` is false.
  /// - Returns: the change of label at this row, if any.
  public mutating func step(time: Double, speech: Bool, probabilities row: Span<Float>) -> LabelChange? {
    precondition(time > self.time, "rows must come in the order of their times")
    let elapsed = time - self.time
    self.time = time
    guard speech else { return endUtterance() }

    precondition(row.count == probabilities.count, "one probability per label")
    // Division by the sum of the weights, rather than starting from the first row, gives early rows their proper
    // weight.
    weight = weight * exp(-elapsed / configuration.timeConstant) + 1
    let share = Float(1 / weight)
    for index in probabilities.indices {
      probabilities[index] += share * (row[index] - probabilities[index])
    }
    let start = self.start ?? time
    self.start = start

    let settled =
      switch label {
      case .silence: time - start >= configuration.onset
      case .uncertain: true  // `uncertain` has no dwell time.
      case .emotion: time - changed >= configuration.dwell
      }
    return settled ? change(to: standing) : nil
  }

  /// Restarts the utterance at the next row: its rows so far were not speech. Its label, if any, stays until another
  /// one follows.
  public mutating func restartUtterance() {
    start = nil
    weight = 0
    for index in probabilities.indices { probabilities[index] = 0 }
  }

  /// Returns to the initial state.
  public mutating func reset() {
    self = Smoother(labels: probabilities.count, configuration: configuration)
  }

  private mutating func endUtterance() -> LabelChange? {
    restartUtterance()
    return change(to: .silence)
  }

  private mutating func change(to next: Label) -> LabelChange? {
    guard next != label else { return nil }
    let previous = label
    label = next
    changed = time
    // Copies the elements: if the event shared the storage, the next step would allocate.
    let copy = probabilities.map { $0 }
    return LabelChange(time: time, label: label, previous: previous, confidence: confidence, probabilities: copy)
  }

  /// The next label, from the filtered probabilities and the current label.
  private var standing: Label {
    let leader = self.leader
    let named = !leader.tied && leader.probability >= configuration.threshold
    guard case .emotion(let present) = label else { return named ? .emotion(leader.index) : .uncertain }
    let probability = probabilities[present]
    if named && leader.index != present && leader.probability - probability >= configuration.margin {
      return .emotion(leader.index)
    }
    return probability >= configuration.release ? label : .uncertain
  }

  /// The most probable emotion; a tie has no leader, so that the order of the labels has no influence.
  private var leader: (index: Int, probability: Float, tied: Bool) {
    var leader = (index: 0, probability: probabilities[0], tied: false)
    for index in 1..<probabilities.count {
      let probability = probabilities[index]
      if probability > leader.probability {
        leader = (index, probability, false)
      } else if probability == leader.probability {
        leader.tied = true
      }
    }
    return leader
  }
}
