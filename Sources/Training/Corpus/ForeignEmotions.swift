/// Which emotions the loss of a clip asks about, where corpora do not all have the same ones.
///
/// A corpus whose actors were never asked to be disgusted does not say that they are not; and what a loss demanded of them
/// would tell a network the corpus rather than the emotion. Calm and neutral are another case: where a corpus has but one
/// of the two, a clip that is said to be neither is neither, and only one that is said to be the one may be the other.
struct ForeignEmotions: Sendable {
  /// [sources][emotions]
  private let present: [[Bool]]
  /// Calm and neutral, if the corpus knows both.
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

  /// For each emotion, whether the loss of the clip asks for it.
  func asked(_ clip: Clip) -> [Bool] {
    var asked = present[clip.source]
    guard let related else { return asked }
    for (missing, other) in [related, (related.1, related.0)] where !present[clip.source][missing] {
      asked[missing] = clip.emotion != other
    }
    return asked
  }
}
