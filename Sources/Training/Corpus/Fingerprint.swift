/// A 64-bit hash, the same on every machine: FNV-1a over 32-bit words. It detects changes, but not forgery.
struct Fingerprint: Sendable {
  private(set) var value: UInt64 = 0xCBF2_9CE4_8422_2325

  mutating func mix(_ word: UInt32) {
    value = (value ^ UInt64(word)) &* 0x0000_0100_0000_01B3
    // The multiplication propagates bits only upwards.
    value ^= value >> 32
  }

  mutating func mix(_ samples: [Float]) {
    for sample in samples { mix(sample.bitPattern) }
  }
}
