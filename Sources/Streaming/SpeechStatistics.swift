/// Statistics of the rows of a stream's utterances: what a voice sounds like, without what it says.
public struct SpeechStatistics: UtteranceReceiver, Sendable {
  /// Of all rows so far; their weight is the number of rows.
  public private(set) var statistics: FeatureStatistics
  /// The same when the last utterance began.
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
