/// Hears of the utterances of a stream, row by row.
public protocol UtteranceReceiver {
  /// Speech began with row `row` of the stream.
  mutating func utteranceBegan(row: Int)

  /// The open utterance begins only with row `row`: what was heard before is so much softer that it was no speech, and is to
  /// be forgotten. The rows from `row` on are given again.
  mutating func utteranceRestarted(row: Int)

  /// The next row of the utterance; called in order, without gaps.
  mutating func utterance(row: Int, _ features: Span<Float>)

  /// The utterance ended before row `row`.
  mutating func utteranceEnded(row: Int)

  /// Called once for every row of the stream, after what the row meant for an utterance.
  mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool)
}

/// The way of a sound that listening, replay and training share: samples at any rate → feature rows → utterances.
/// Depends on the samples only, never on how they were cut into chunks.
public struct UtteranceStream: ~Copyable {
  private var rows: RowStream
  private var segmenter: Segmenter

  /// - Parameters:
  ///   - inputRate: samples per second of what is pushed.
  /// - Throws: where a configuration cannot work, or the rate cannot be converted.
  public init(
    frontEnd: FrontEndConfiguration, gate: SpeechGateConfiguration,
    preprocessing: PreprocessingConfiguration = PreprocessingConfiguration(), inputRate: Int
  ) throws {
    try gate.validate()
    let rows = try RowStream(frontEnd: frontEnd, preprocessing: preprocessing, inputRate: inputRate)
    segmenter = Segmenter(SpeechGate(gate, rowRate: rows.rowRate), width: rows.layout.width)
    self.rows = rows
  }

  /// Which columns of a row hold which feature.
  public var layout: FeatureLayout { rows.layout }

  /// When row `row` begins, in seconds since the first sample of the stream.
  public func start(ofRow row: Int) -> Double { rows.start(ofRow: row) }

  /// When row `row` ends, in seconds since the first sample of the stream.
  public func end(ofRow row: Int) -> Double { rows.end(ofRow: row) }

  /// Takes the stream's next samples, mono, in [-1, 1].
  public mutating func push(_ samples: Span<Float>, to receiver: inout some UtteranceReceiver) {
    Self.push(samples, &rows, &segmenter, &receiver)
  }

  /// Ends the stream: what is still inside comes out, and an open utterance ends. `reset` before pushing again.
  public mutating func finish(to receiver: inout some UtteranceReceiver) {
    Self.finish(&rows, &segmenter, &receiver)
  }

  /// As new: the next sample is the first of a stream.
  public mutating func reset() {
    rows.reset()
    segmenter.reset()
  }

  // The stages are passed side by side, so that each can change while the one before it calls.

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

/// Gives each row to the utterance that it belongs to, holding rows back while the gate cannot know.
private struct Segmenter {
  private var gate: SpeechGate
  private let width: Int
  /// The last rows, a ring indexed by row, [capacity × width].
  private var ring: [Float]
  private let capacity: Int
  /// Index of the next row.
  private var next = 0
  /// Index after the last row given to the open utterance; nil where none is open.
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

  /// Gives all rows from `first` to the newest to the open utterance.
  private mutating func give(_ first: Int, _ receiver: inout some UtteranceReceiver) {
    for row in first..<next {
      let slot = (row % capacity) * width
      receiver.utterance(row: row, ring.span.extracting(slot..<slot + width))
    }
    given = next
  }

  /// Ends the open utterance, if any, with the last row given to it.
  mutating func end(_ receiver: inout some UtteranceReceiver) {
    guard let end = given else { return }
    given = nil
    receiver.utteranceEnded(row: end)
  }
}
