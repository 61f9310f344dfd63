import Glibc

/// Turns the probabilities of single rows into labels that a person can follow.
///
/// A pure state machine: its only clock is the time of the rows. Within an utterance the probabilities of the rows are
/// averaged with exponentially falling weights. After `onset` seconds the most probable emotion becomes the label if it
/// reaches `threshold`; otherwise the label is `uncertain` until one does. From then on another emotion replaces the
/// present one when it reaches `threshold` and leads by `margin`, and the label falls back to `uncertain` when its own
/// probability sinks below `release`; neither happens within `dwell` seconds of the emotion's being named. The end of
/// speech gives `silence` at once, whatever the dwell time: the gate has its own hang-over.
///
///     var smoother = Smoother(labels: 8, configuration: SmootherConfiguration())
///     if let change = smoother.step(time: 1.24, speech: true, probabilities: posterior.span) { print(change.label) }
///
/// A step costs O(labels) and allocates only when it returns a change, or when a copy of `probabilities` is still held.
public struct Smoother: Sendable {
  public let configuration: SmootherConfiguration
  /// The present label.
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

  /// Takes one row into account.
  /// - Parameters:
  ///   - time: capture time of the row in seconds, greater than that of the row before. Gaps age the rows before them.
  ///   - speech: whether the gate takes the row for speech.
  ///   - probabilities: the model's posterior after the row, one per emotion; not read where `speech` is false.
  /// - Returns: the change of label that the row brings about, if any.
  public mutating func step(time: Double, speech: Bool, probabilities row: Span<Float>) -> LabelChange? {
    precondition(time > self.time, "rows must come in the order of their times")
    let elapsed = time - self.time
    self.time = time
    guard speech else { return endUtterance() }

    precondition(row.count == probabilities.count, "one probability per label")
    // Dividing by the sum of the weights, rather than starting from the first row, gives early rows their fair share.
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
      case .uncertain: true  // Nothing was claimed that would have to stand for a while.
      case .emotion: time - changed >= configuration.dwell
      }
    return settled ? change(to: standing) : nil
  }

  /// The utterance begins only with the next row: what was heard of it was no speech. A label that it was given already
  /// stays until another one follows.
  public mutating func restartUtterance() {
    start = nil
    weight = 0
    for index in probabilities.indices { probabilities[index] = 0 }
  }

  /// Forgets everything heard, as if newly made.
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
    // A copy of the elements: sharing the storage with the event would make the next step allocate.
    let copy = probabilities.map { $0 }
    return LabelChange(time: time, label: label, previous: previous, confidence: confidence, probabilities: copy)
  }

  /// The label that the filtered probabilities speak for, given the present one.
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

  /// The most probable emotion; a tie names none, so that the order of the labels decides nothing.
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
