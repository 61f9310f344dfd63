/// The emotions in the loss of a clip, where corpora have different emotions.
///
/// A corpus that was recorded without disgust contains no evidence against disgust; a loss that requires it would teach
/// a network the corpus instead of the emotion. Calm and neutral are a special case: where a corpus has only one of the
/// two, clips of other emotions are neither, and only clips of that one may also be the other.
struct ForeignEmotions: Sendable {
  /// [sources][emotions]
  private let present: [[Bool]]
  /// Calm and neutral, if the corpus has both.
  private let related: (Int, Int)?

  init(_ corpus: Corpus) {
    present = corpus.emotionsOfSources
    let emotions = corpus.labels.emotions
    if let calm = emotions.firstIndex(of: "calm"), let neutral = emotions.firstIndex(of: "neutral") {
      related = (calm, neutral)
    } else {
      related = nil
    }
  }

  /// For each emotion, whether it is part of the clip's loss.
  func asked(_ clip: Clip) -> [Bool] {
    var asked = present[clip.source]
    guard let related else { return asked }
    for (missing, other) in [related, (related.1, related.0)] where !present[clip.source][missing] {
      asked[missing] = clip.emotion != other
    }
    return asked
  }
}
