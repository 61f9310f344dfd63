import Streaming

/// The utterances of one clip, segmented as in live use.
struct ClipRows: Sendable {
  /// Feature rows of each utterance, [rows × width].
  var utterances: [[Float]] = []
  /// Statistics of all their rows.
  var statistics: FeatureStatistics
  /// Statistics of the rows before the last utterance.
  private var before: FeatureStatistics

  let width: Int

  init(width: Int) {
    self.width = width
    statistics = FeatureStatistics(width: width)
    before = statistics
  }

  var rowCount: Int { utterances.reduce(0) { $0 + $1.count / width } }
}

extension ClipRows: UtteranceReceiver {
  mutating func utteranceBegan(row: Int) {
    utterances.append([])
    before = statistics
  }

  mutating func utteranceRestarted(row: Int) {
    utterances[utterances.count - 1].removeAll()
    statistics = before
  }

  mutating func utterance(row: Int, _ features: Span<Float>) {
    statistics.add(features)
    for i in features.indices { utterances[utterances.count - 1].append(features[i]) }
  }

  mutating func utteranceEnded(row: Int) {}

  mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {}
}
