import Streaming

/// The complete state of the terminal view, as a value.
struct ViewState: Sendable {
  let labels: LabelSet
  /// Description of the source.
  var source = "" { didSet { changes += 1 } }
  var isPaused = false { didSet { changes += 1 } }
  var showsHelp = false { didSet { changes += 1 } }

  private(set) var snapshot: Snapshot
  private(set) var history = LabelHistory()
  /// The newest last.
  private(set) var utterances: [Utterance] = []
  /// From capture to the end of recognition, in seconds, smoothed for display; nil where the source is not live.
  private(set) var latency: Double?
  /// A problem or a message; nil after it has been shown for a while.
  private(set) var message: String?
  /// The recent peak level, in dB below full scale.
  private(set) var peak: Float = -120
  /// Counts visible changes.
  private(set) var changes = 0

  /// Stream times until which the marks at the meter are shown.
  private var (peakUntil, clippingUntil) = (-Double.infinity, -Double.infinity)
  /// Clock time until which the message is shown.
  private var messageUntil = -Double.infinity

  /// More than the rows of any terminal.
  private static let mostUtterances = 100
  /// Seconds for which the marks at the meter are shown, so that a single peak is visible.
  private static let markHold = 1.0
  /// Seconds for which a message is shown.
  private static let messageHold = 8.0

  init(labels: LabelSet) {
    self.labels = labels
    snapshot = Snapshot(
      time: 0, label: .silence, confidence: 1, probabilities: labels.emotions.map { _ in 0 }, level: -120, speech: false
    )
  }

  /// Whether a sample recently reached full scale.
  var isClipping: Bool { snapshot.time < clippingUntil }

  /// The predicted gender of the last utterance; nil where there was none, or without a gender head.
  var gender: (name: String, probability: Float)? { utterances.last.flatMap { Self.gender(of: $0, labels) } }

  static func gender(of utterance: Utterance, _ labels: LabelSet) -> (name: String, probability: Float)? {
    utterance.gender.indices.max { utterance.gender[$0] < utterance.gender[$1] }.map {
      (labels.genders[$0], utterance.gender[$0])
    }
  }

  /// Updates the state of the stream.
  ///
  /// - Parameter latency: of the newest row, as above.
  mutating func update(_ snapshot: Snapshot, latency: Double?) {
    // Another recording begins.
    if snapshot.time < self.snapshot.time { forget(at: 0) }
    self.snapshot = snapshot
    history.extend(to: snapshot.time, LabelHistory.Moment(label: snapshot.label, confidence: snapshot.confidence))
    if snapshot.level >= peak || snapshot.time >= peakUntil {
      peak = snapshot.level
      peakUntil = snapshot.time + Self.markHold
    }
    if snapshot.clipping { clippingUntil = snapshot.time + Self.markHold }
    // A mean over about ten values: jumping digits are illegible.
    self.latency = latency.map { new in self.latency.map { $0 + 0.1 * (new - $0) } ?? new }
    changes += 1
  }

  mutating func note(_ utterance: Utterance) {
    if utterances.count == Self.mostUtterances { utterances.removeFirst() }
    utterances.append(utterance)
    changes += 1
  }

  /// - Parameter clock: the current time of a monotonic clock, in seconds.
  mutating func say(_ message: String, clock: Double) {
    self.message = message
    messageUntil = clock + Self.messageHold
    changes += 1
  }

  /// Removes an expired message.
  mutating func tick(clock: Double) {
    guard message != nil, clock >= messageUntil else { return }
    message = nil
    changes += 1
  }

  /// Discards the results so far; the stream continues.
  mutating func reset() { forget(at: snapshot.time) }

  private mutating func forget(at time: Double) {
    history = LabelHistory(from: time)
    utterances = []
    (peak, peakUntil, clippingUntil) = (-120, -.infinity, -.infinity)
    changes += 1
  }
}
