import Glibc
import Models
import Support

/// Mixup (Zhang et al. 2018): a sequence is learnt from with a share of another one in it, rows and labels alike.
struct Mixup: Sendable {
  /// α of the Beta distribution from which shares are drawn, above 0 and at most 1.
  let alpha: Float

  /// The clip's own share of what is heard: the larger part, as in MixMatch (Berthelot et al. 2019), so that the mixture
  /// keeps the clip's length and its label in front. 0.5…1.
  func share(using random: inout RandomSource) -> Float {
    let share = beta(using: &random)
    return max(share, 1 - share)
  }

  /// A number drawn from the Beta distribution with both parameters α (Jöhnk 1964).
  private func beta(using random: inout RandomSource) -> Float {
    while true {
      let first = powf(random.uniform(), 1 / alpha)
      let second = powf(random.uniform(), 1 / alpha)
      let sum = first + second
      if sum > 0, sum <= 1 { return first / sum }
    }
  }

  /// `share` of some rows and the rest of others, which are cut to the same length or begin again where they are shorter.
  static func rows(_ rows: [Float], with others: [Float], share: Float) -> [Float] {
    rows.indices.map { share * rows[$0] + (1 - share) * others[$0 % others.count] }
  }
}
