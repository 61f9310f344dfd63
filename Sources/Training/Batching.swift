import Models
import Support

/// The grouping of clips into batches. Batches have no padding, so short clips waste nothing in either case.
public enum Batching: String, Codable, Sendable, CaseIterable {
  /// Random.
  case random
  /// By similar length, within random groups of eight batches.
  case byLength = "by_length"

  /// Batches per group. More would be less random.
  private static let bucket = 8

  /// The batches of an epoch with unchanged sizes, but in another order.
  func rearrange(_ batches: [[Int]], using random: inout RandomSource, length: (Int) -> Int) -> [[Int]] {
    if self == .random { return batches }
    var rearranged: [[Int]] = []
    for start in stride(from: 0, to: batches.count, by: Self.bucket) {
      let bucket = batches[start..<min(start + Self.bucket, batches.count)]
      // Ties are broken by number, because sorting is not stable.
      var clips = bucket.joined().sorted { (length($0), $0) < (length($1), $1) }[...]
      for batch in bucket {
        rearranged.append(Array(clips.prefix(batch.count)))
        clips = clips.dropFirst(batch.count)
      }
    }
    return rearranged.shuffled(using: &random)
  }
}
