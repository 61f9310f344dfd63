import CSpeexDSP
import Glibc

/// Reduces noise and levels speech in a mono stream (libspeexdsp), as far as its configuration asks for it.
///
/// What comes out does not depend, bit for bit, on how the stream was cut into chunks; only when it comes out does. It is
/// aligned with the input and as long: the stage's own delay is taken out again. Where nothing is to be done, samples
/// pass unchanged; else they are rounded to 16 bits, in which libspeexdsp works, and what is not finite counts as 0.
/// After `init` nothing is allocated but by `reset`.
public struct Preprocessor: ~Copyable, @unchecked Sendable {
  // SAFETY: `@unchecked` because of the pointers, which belong to this owner alone.

  /// What is done.
  public let configuration: PreprocessingConfiguration
  /// Samples from one that goes in to the one with which it comes out, at most.
  public let latency: Int

  private let sampleRate: Int
  /// Samples that libspeexdsp takes at a time; they come out, changed, with the next ones.
  private let block: Int
  /// nil where samples pass unchanged.
  private var speex: OpaquePointer?
  private let input: UnsafeMutableBufferPointer<Int16>  // [block]
  private let output: UnsafeMutableBufferPointer<Float>  // [block]
  /// Samples in `input`.
  private var filled = 0
  /// Samples taken and given since the start of the stream.
  private var taken = 0
  private var given = 0
  /// Whether the next block is the first, with which nothing comes out yet.
  private var isFirst = true

  /// - Parameters:
  ///   - configuration: what is done.
  ///   - sampleRate: of the stream, at least 1000.
  /// - Throws: what `PreprocessingConfiguration.validate` finds.
  public init(_ configuration: PreprocessingConfiguration, sampleRate: Int) throws(ConfigurationError) {
    precondition(sampleRate >= 1000, "libspeexdsp is for sound")
    try configuration.validate()
    self.configuration = configuration
    self.sampleRate = sampleRate
    // 20 ms: what libspeexdsp's noise estimate and gain are tuned for.
    block = sampleRate / 50
    latency = configuration.usesSpeex ? 2 * block - 1 : 0
    input = .allocate(capacity: block)
    input.initialize(repeating: 0)
    output = .allocate(capacity: block)
    output.initialize(repeating: 0)
    speex = configuration.usesSpeex ? Self.makeSpeex(configuration, sampleRate: sampleRate, block: block) : nil
  }

  deinit {
    if let speex { speex_preprocess_state_destroy(speex) }
    input.deallocate()
    output.deallocate()
  }

  private static func makeSpeex(
    _ configuration: PreprocessingConfiguration, sampleRate: Int, block: Int
  ) -> OpaquePointer {
    guard let speex = speex_preprocess_state_init(Int32(block), Int32(sampleRate)) else { fatalError("out of memory") }
    func set(_ request: Int32, _ value: some BitwiseCopyable) {
      var value = value
      // SAFETY: requests and the types of their values are paired below as libspeexdsp's header has them.
      let status = withUnsafeMutablePointer(to: &value) { speex_preprocess_ctl(speex, request, $0) }
      precondition(status == 0, "libspeexdsp has no request \(request)")
    }
    set(SPEEX_PREPROCESS_SET_DENOISE, Int32(configuration.denoise ? 1 : 0))
    set(SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, Int32(configuration.noiseSuppression))
    set(SPEEX_PREPROCESS_SET_AGC, Int32(configuration.automaticGain ? 1 : 0))
    // libspeexdsp states the target as a loudness: weighted for the ear, which lifts the range that speech is weak in.
    // Speech whose RMS is 13.7 dB below it (24 voices of RAVDESS, deviation 1.9 dB) has that loudness.
    set(SPEEX_PREPROCESS_SET_AGC_LEVEL, 32768 * pow(10, (configuration.gainTarget + 13.7) / 20))
    return speex
  }

  /// Takes the stream's next samples, any number of them, and calls `body` with what they complete, piece by piece.
  public mutating func push(_ samples: Span<Float>, _ body: (Span<Float>) -> Void) {
    guard speex != nil else {
      if !samples.isEmpty { body(samples) }
      return
    }
    taken += samples.count
    for index in samples.indices { take(Self.step(samples[index]), body) }
  }

  /// Ends the stream: calls `body` with what is still inside. `reset` before pushing again.
  public mutating func finish(_ body: (Span<Float>) -> Void) {
    while given < taken { take(0, body) }
  }

  /// As new: the next sample is the first of a stream.
  public mutating func reset() {
    filled = 0
    taken = 0
    given = 0
    isFirst = true
    guard let old = speex else { return }
    // libspeexdsp cannot start afresh otherwise.
    speex_preprocess_state_destroy(old)
    speex = Self.makeSpeex(configuration, sampleRate: sampleRate, block: block)
  }

  /// A sample in steps of 16 bits.
  private static func step(_ sample: Float) -> Int16 {
    guard sample.isFinite else { return 0 }
    return Int16(max(-32768, min(32767, (sample * 32768).rounded())))
  }

  private mutating func take(_ step: Int16, _ body: (Span<Float>) -> Void) {
    input[filled] = step
    filled += 1
    guard filled == block else { return }
    filled = 0
    // SAFETY: the state was made for blocks of this length, which is changed in place.
    speex_preprocess_run(speex, input.baseAddress)
    // What comes out belongs to the block before: windows overlap by a block.
    guard !isFirst else {
      isFirst = false
      return
    }
    for index in 0..<block { output[index] = Float(input[index]) * 0x1p-15 }
    let count = min(block, taken - given)
    given += count
    body(UnsafeBufferPointer(rebasing: output[..<count]).span)
  }
}
