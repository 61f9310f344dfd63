/// The rows of a stream's utterances, without the silence before, between and after them: silence trimming by the
/// speech gate.
///
/// ```swift
/// var speech = SpeechRows()
/// stream.push(samples.span, to: &speech)
/// stream.finish(to: &speech)
/// ```
public struct SpeechRows: UtteranceReceiver, Sendable {
  /// The rows one after another, [rows × width].
  public private(set) var values: [Float] = []
  /// The utterances as ranges of the stream's rows.
  public private(set) var utterances: [Range<Int>] = []
  /// Start of the last utterance in `values`.
  private var start = 0

  public init() {}

  public mutating func utteranceBegan(row: Int) {
    utterances.append(row..<row)
    start = values.count
  }

  public mutating func utteranceRestarted(row: Int) {
    utterances[utterances.count - 1] = row..<row
    values.removeSubrange(start...)
  }

  public mutating func utterance(row: Int, _ features: Span<Float>) {
    for i in features.indices { values.append(features[i]) }
    utterances[utterances.count - 1] = utterances[utterances.count - 1].lowerBound..<row + 1
  }

  public mutating func utteranceEnded(row: Int) {}

  public mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {}
}
