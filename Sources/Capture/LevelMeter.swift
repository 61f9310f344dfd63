import CEBUR128

/// Measures the level of a mono stream: its peak, and its loudness by EBU R 128 (libebur128).
public struct LevelMeter: ~Copyable {
  /// The largest magnitude of a sample so far.
  public private(set) var peak: Float = 0
  // SAFETY: created in `init`, destroyed in `deinit`; move-only, so it has no other owner.
  private var meter: UnsafeMutablePointer<ebur128_state>?

  /// - Parameter sampleRate: of the stream, 1000…384000.
  public init(sampleRate: Int) {
    precondition(1000...384_000 ~= sampleRate, "a sample rate of \(sampleRate) Hz")
    meter = ebur128_init(1, UInt(sampleRate), Int32(EBUR128_MODE_I.rawValue))
    precondition(meter != nil, "libebur128 has no memory")
  }

  deinit {
    var meter = meter
    ebur128_destroy(&meter)
  }

  /// Processes the stream's next samples, any number of them. Non-finite samples are ignored.
  public mutating func push(_ samples: Span<Float>) {
    for index in samples.indices where samples[index].isFinite { peak = max(peak, abs(samples[index])) }
    guard samples.indices.allSatisfy({ samples[$0].isFinite }) else { return }
    samples.withUnsafeBufferPointer { samples in
      // SAFETY: libebur128 reads exactly the given number of samples of one channel.
      let status = ebur128_add_frames_float(meter, samples.baseAddress, samples.count)
      precondition(status == EBUR128_SUCCESS.rawValue, "libebur128 has no memory")
    }
  }

  /// Integrated loudness in LUFS, of one channel; nil where no 400 ms reached -70 LUFS.
  public var loudness: Double? {
    var loudness = 0.0
    // SAFETY: one number is written.
    let status = ebur128_loudness_global(meter, &loudness)
    precondition(status == EBUR128_SUCCESS.rawValue, "the meter was made for this")
    return loudness.isFinite ? loudness : nil
  }
}
