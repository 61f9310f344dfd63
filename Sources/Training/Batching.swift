import Models
import Support

/// Which clips are in a batch together. Batches have no padding, so nothing is wasted on short clips in either case.
public enum Batching: String, Codable, Sendable, CaseIterable {
  /// Any.
  case random
  /// Those of like length, out of those that chance put into the same eight batches.
  case byLength = "by_length"

  /// Batches among which clips are exchanged. More would mix less by chance.
  private static let bucket = 8

  /// The batches of an epoch, each as large as it was, but not in the same order.
  func rearrange(_ batches: [[Int]], using random: inout RandomSource, length: (Int) -> Int) -> [[Int]] {
    if self == .random { return batches }
    var rearranged: [[Int]] = []
    for start in stride(from: 0, to: batches.count, by: Self.bucket) {
      let bucket = batches[start..<min(start + Self.bucket, batches.count)]
      // By their numbers, too: sorting promises no order of equals.
      var clips = bucket.joined().sorted { (length($0), $0) < (length($1), $1) }[...]
      for batch in bucket {
        rearranged.append(Array(clips.prefix(batch.count)))
        clips = clips.dropFirst(batch.count)
      }
    }
    return rearranged.shuffled(using: &random)
  }
}
