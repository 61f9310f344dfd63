/// Statistics of the rows of a stream's utterances: properties of the voice, without the words.
public struct SpeechStatistics: UtteranceReceiver, Sendable {
  /// Statistics of all rows so far; their weight is the number of rows.
  public private(set) var statistics: FeatureStatistics
  /// The statistics at the beginning of the last utterance.
  private var before: FeatureStatistics

  /// - Parameter width: columns of a row.
  public init(width: Int) {
    statistics = FeatureStatistics(width: width)
    before = statistics
  }

  public mutating func utteranceBegan(row: Int) { before = statistics }

  public mutating func utteranceRestarted(row: Int) { statistics = before }

  public mutating func utterance(row: Int, _ features: Span<Float>) { statistics.add(features) }

  public mutating func utteranceEnded(row: Int) {}

  public mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {}
}
