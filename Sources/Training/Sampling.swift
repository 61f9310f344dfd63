import Models
import Support

/// How often clips are heard in an epoch, where some labels (or corpora) are rarer than others.
public enum Sampling: String, Codable, Sendable, CaseIterable {
  /// Each once.
  case asIs = "as_is"
  /// Those of rarer labels more often, so that all labels are as frequent as the most frequent one.
  case oversample
  /// Some of those of more frequent labels, drawn anew in each epoch, so that all labels are as rare as the rarest one.
  case undersample
  /// Each once, and vectors made up for the rarer labels (`SMOTE`), so that all labels are as frequent as the most frequent
  /// one; for networks whose first layer makes one vector of an utterance.
  case smote

  /// The clips of an epoch; their number does not depend on chance.
  func draw(_ clips: [Int], using random: inout RandomSource, label: (Int) -> Int) -> [Int] {
    if self == .asIs || self == .smote { return clips }
    let ofLabel = Dictionary(grouping: clips, by: label)
    let counts = ofLabel.values.map(\.count)
    guard let wanted = self == .oversample ? counts.max() : counts.min() else { return [] }
    return ofLabel.keys.sorted().flatMap { label in
      let clips = ofLabel[label]!
      let whole = (0..<wanted / clips.count).flatMap { _ in clips }
      return whole + clips.shuffled(using: &random)[..<(wanted % clips.count)]
    }
  }
}
