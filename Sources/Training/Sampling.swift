import Models
import Support

/// Resampling of clips in an epoch, where some labels (or corpora) are rarer than others.
public enum Sampling: String, Codable, Sendable, CaseIterable {
  /// Each clip once.
  case asIs = "as_is"
  /// Repeats clips of rarer labels, so that all labels are as frequent as the most frequent one.
  case oversample
  /// Redraws a subset of the clips of more frequent labels in each epoch, so that all labels are as rare as the rarest
  /// one.
  case undersample
  /// Each clip once, plus synthetic vectors of the rarer labels (`SMOTE`), so that all labels are as frequent as the
  /// most frequent one; for networks whose first layer reduces an utterance to one vector.
  case smote

  /// The clips of an epoch; their number is deterministic.
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
