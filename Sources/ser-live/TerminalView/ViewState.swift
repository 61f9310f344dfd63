import Streaming

/// All that the terminal view shows, as a value.
struct ViewState: Sendable {
  let labels: LabelSet
  /// What is heard, in words.
  var source = "" { didSet { changes += 1 } }
  var isPaused = false { didSet { changes += 1 } }
  var showsHelp = false { didSet { changes += 1 } }

  private(set) var snapshot: Snapshot
  private(set) var history = LabelHistory()
  /// The newest last.
  private(set) var utterances: [Utterance] = []
  /// From capture to the end of recognition, in seconds, smoothed for reading; nil where nothing is captured.
  private(set) var latency: Double?
  /// Something that went wrong, or is to be said; nil once it has been there to read for a while.
  private(set) var message: String?
  /// The highest level of the last moments, in dB below full scale.
  private(set) var peak: Float = -120
  /// Counts what might look different.
  private(set) var changes = 0

  /// Stream times until which the marks at the meter stay.
  private var (peakUntil, clippingUntil) = (-Double.infinity, -Double.infinity)
  /// Clock time until which the message stays.
  private var messageUntil = -Double.infinity

  /// More than any terminal has rows.
  private static let mostUtterances = 100
  /// Seconds for which the marks at the meter stay, so that a single peak can be seen.
  private static let markHold = 1.0
  /// Seconds for which a message stays.
  private static let messageHold = 8.0

  init(labels: LabelSet) {
    self.labels = labels
    snapshot = Snapshot(
      time: 0, label: .silence, confidence: 1, probabilities: labels.emotions.map { _ in 0 }, level: -120, speech: false
    )
  }

  /// Whether a sample reached full scale a moment ago.
  var isClipping: Bool { snapshot.time < clippingUntil }

  /// The gender heard in the last utterance; nil where there was none, or the model does not tell.
  var gender: (name: String, probability: Float)? { utterances.last.flatMap { Self.gender(of: $0, labels) } }

  static func gender(of utterance: Utterance, _ labels: LabelSet) -> (name: String, probability: Float)? {
    utterance.gender.indices.max { utterance.gender[$0] < utterance.gender[$1] }.map {
      (labels.genders[$0], utterance.gender[$0])
    }
  }

  /// Shows the state of the stream.
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
    // The last ten weigh most: digits that jump cannot be read.
    self.latency = latency.map { new in self.latency.map { $0 + 0.1 * (new - $0) } ?? new }
    changes += 1
  }

  mutating func note(_ utterance: Utterance) {
    if utterances.count == Self.mostUtterances { utterances.removeFirst() }
    utterances.append(utterance)
    changes += 1
  }

  /// - Parameter clock: the present time of a clock that only goes forward, in seconds.
  mutating func say(_ message: String, clock: Double) {
    self.message = message
    messageUntil = clock + Self.messageHold
    changes += 1
  }

  /// Takes a message away that has been there long enough.
  mutating func tick(clock: Double) {
    guard message != nil, clock >= messageUntil else { return }
    message = nil
    changes += 1
  }

  /// Forgets what was heard; the stream goes on.
  mutating func reset() { forget(at: snapshot.time) }

  private mutating func forget(at time: Double) {
    history = LabelHistory(from: time)
    utterances = []
    (peak, peakUntil, clippingUntil) = (-120, -.infinity, -.infinity)
    changes += 1
  }
}
