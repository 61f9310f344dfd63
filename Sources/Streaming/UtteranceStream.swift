/// Receives the utterances of a stream, row by row.
public protocol UtteranceReceiver {
  /// Speech began with row `row` of the stream.
  mutating func utteranceBegan(row: Int)

  /// The open utterance restarts with row `row`: its rows so far are far softer and were not speech, so the receiver
  /// must discard them. The rows from `row` on are delivered again.
  mutating func utteranceRestarted(row: Int)

  /// The next row of the utterance; called in order, without gaps.
  mutating func utterance(row: Int, _ features: Span<Float>)

  /// The utterance ended before row `row`.
  mutating func utteranceEnded(row: Int)

  /// Called once for every row of the stream, after the calls for its utterance.
  mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool)
}

/// Turns a signal into utterances, for live use, replay and training: samples at any rate → feature rows → utterances.
/// The output depends only on the samples, never on their chunking.
public struct UtteranceStream: ~Copyable {
  private var rows: RowStream
  private var segmenter: Segmenter

  /// - Parameters:
  ///   - inputRate: samples per second of the input.
  /// - Throws: where a configuration is unusable, or the rate cannot be converted.
  public init(
    frontEnd: FrontEndConfiguration, gate: SpeechGateConfiguration,
    preprocessing: PreprocessingConfiguration = PreprocessingConfiguration(), inputRate: Int
  ) throws {
    try gate.validate()
    let rows = try RowStream(frontEnd: frontEnd, preprocessing: preprocessing, inputRate: inputRate)
    segmenter = Segmenter(SpeechGate(gate, rowRate: rows.rowRate), width: rows.layout.width)
    self.rows = rows
  }

  /// The mapping of columns to features.
  public var layout: FeatureLayout { rows.layout }

  /// When row `row` begins, in seconds since the first sample of the stream.
  public func start(ofRow row: Int) -> Double { rows.start(ofRow: row) }

  /// When row `row` ends, in seconds since the first sample of the stream.
  public func end(ofRow row: Int) -> Double { rows.end(ofRow: row) }

  /// Processes the stream's next samples, mono, in [-1, 1].
  public mutating func push(_ samples: Span<Float>, to receiver: inout some UtteranceReceiver) {
    Self.push(samples, &rows, &segmenter, &receiver)
  }

  /// Ends the stream: delivers the remaining rows and ends an open utterance. Call `reset` before pushing again.
  public mutating func finish(to receiver: inout some UtteranceReceiver) {
    Self.finish(&rows, &segmenter, &receiver)
  }

  /// Returns to the initial state: the next sample is the first of a stream.
  public mutating func reset() {
    rows.reset()
    segmenter.reset()
  }

  // The stages are passed separately, so that each can change while the previous one calls it.

  private static func push(
    _ samples: Span<Float>, _ rows: inout RowStream, _ segmenter: inout Segmenter,
    _ receiver: inout some UtteranceReceiver
  ) {
    rows.push(samples) { row, voiceActivity in segmenter.step(row, voiceActivity, &receiver) }
  }

  private static func finish(
    _ rows: inout RowStream, _ segmenter: inout Segmenter, _ receiver: inout some UtteranceReceiver
  ) {
    rows.finish { row, voiceActivity in segmenter.step(row, voiceActivity, &receiver) }
    segmenter.end(&receiver)
  }
}

/// Assigns rows to utterances, and buffers rows until the gate has decided.
private struct Segmenter {
  private var gate: SpeechGate
  private let width: Int
  /// The last rows, a ring indexed by row, [capacity × width].
  private var ring: [Float]
  private let capacity: Int
  /// Index of the next row.
  private var next = 0
  /// Index after the last row delivered to the open utterance; nil where none is open.
  private var given: Int?

  init(_ gate: SpeechGate, width: Int) {
    self.gate = gate
    self.width = width
    capacity = gate.reach + 1
    ring = Array(repeating: 0, count: capacity * width)
  }

  mutating func reset() {
    gate.reset()
    next = 0
    given = nil
  }

  mutating func step(
    _ features: Span<Float>, _ voiceActivity: VoiceActivityFeatures, _ receiver: inout some UtteranceReceiver
  ) {
    let row = next
    let slot = (row % capacity) * width
    for i in 0..<width { ring[slot + i] = features[i] }
    next += 1
    switch gate.step(voiceActivity) {
    case .silence, .pause: break
    case .begins(let rows):
      let first = max(0, row + 1 - rows)
      receiver.utteranceBegan(row: first)
      give(first, &receiver)
    case .restarts(let rows):
      receiver.utteranceRestarted(row: row + 1 - rows)
      give(row + 1 - rows, &receiver)
    case .speech(let pending): give(row - pending, &receiver)
    case .ends: end(&receiver)
    }
    receiver.received(row: row, voiceActivity: voiceActivity, isSpeech: given != nil)
  }

  /// Delivers all rows from `first` to the newest to the open utterance.
  private mutating func give(_ first: Int, _ receiver: inout some UtteranceReceiver) {
    for row in first..<next {
      let slot = (row % capacity) * width
      receiver.utterance(row: row, ring.span.extracting(slot..<slot + width))
    }
    given = next
  }

  /// Ends the open utterance, if any, after the last row delivered to it.
  mutating func end(_ receiver: inout some UtteranceReceiver) {
    guard let end = given else { return }
    given = nil
    receiver.utteranceEnded(row: end)
  }
}
