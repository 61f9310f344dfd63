/// The program's only source of random numbers: seeded, splittable, the same on every machine.
///
/// SplitMix64 (Steele, Lea and Flood, "Fast splittable pseudorandom number generators", OOPSLA 2014).
public struct RandomSource: RandomNumberGenerator, Sendable, Codable, Equatable {
  private var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  /// An independent source for the part of the work named by `keys` (a fold, an epoch, a clip …), so that the numbers
  /// of one part never depend on how many another drew before.
  public init(seed: UInt64, _ keys: Int...) {
    state = seed
    for key in keys {
      state = next() ^ UInt64(bitPattern: Int64(key))
    }
    state = next()
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A number drawn uniformly from [0, 1).
  public mutating func uniform() -> Float {
    Float(next() >> 40) * 0x1p-24
  }

  /// A number drawn uniformly from [`low`, `high`).
  public mutating func uniform(_ low: Float, _ high: Float) -> Float {
    low + (high - low) * uniform()
  }

  /// An integer drawn uniformly from 0 ..< `bound`; `bound` must be positive.
  public mutating func index(below bound: Int) -> Int {
    Int(next(upperBound: UInt64(bound)))
  }
}
