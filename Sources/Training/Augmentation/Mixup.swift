import Glibc
import Models
import Support

/// Mixup (Zhang et al. 2018): trains on a mixture of two sequences, in rows and labels.
struct Mixup: Sendable {
  /// α of the Beta distribution for the shares, above 0 and at most 1.
  let alpha: Float

  /// The clip's own share of the mixture: the larger part, as in MixMatch (Berthelot et al. 2019), so that the mixture
  /// keeps the clip's length and its dominant label. 0.5…1.
  func share(using random: inout RandomSource) -> Float {
    let share = beta(using: &random)
    return max(share, 1 - share)
  }

  /// A random number from the Beta distribution with both parameters α (Jöhnk 1964).
  private func beta(using random: inout RandomSource) -> Float {
    while true {
      let first = powf(random.uniform(), 1 / alpha)
      let second = powf(random.uniform(), 1 / alpha)
      let sum = first + second
      if sum > 0, sum <= 1 { return first / sum }
    }
  }

  /// Mixes `share` of some rows with others, which are trimmed or repeated to the same length.
  static func rows(_ rows: [Float], with others: [Float], share: Float) -> [Float] {
    rows.indices.map { share * rows[$0] + (1 - share) * others[$0 % others.count] }
  }
}
