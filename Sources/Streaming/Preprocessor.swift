import CSpeexDSP
import Glibc

/// Optional noise suppression and automatic gain for a mono stream (libspeexdsp).
///
/// The output is bit-identical for any chunking of the stream; chunking affects only when samples come out. The output
/// is aligned with the input and has the same length: the delay of the stage is compensated. With all options off,
/// samples pass unchanged. Otherwise they are rounded to 16 bits, the format of libspeexdsp, and non-finite samples
/// count as 0. Nothing is allocated after `init`, except by `reset`.
public struct Preprocessor: ~Copyable, @unchecked Sendable {
  // SAFETY: `@unchecked` because of the pointers, which belong only to this owner.

  /// The options in use.
  public let configuration: PreprocessingConfiguration
  /// Maximum delay from an input sample to its output, in samples.
  public let latency: Int

  private let sampleRate: Int
  /// Samples per block of libspeexdsp; a processed block comes out with the next one.
  private let block: Int
  /// nil where samples pass unchanged.
  private var speex: OpaquePointer?
  private let input: UnsafeMutableBufferPointer<Int16>  // [block]
  private let output: UnsafeMutableBufferPointer<Float>  // [block]
  /// Samples in `input`.
  private var filled = 0
  /// Samples taken in and emitted since the start of the stream.
  private var taken = 0
  private var given = 0
  /// Whether the next block is the first, which has no output yet.
  private var isFirst = true

  /// - Parameters:
  ///   - configuration: the options to use.
  ///   - sampleRate: of the stream, at least 1000.
  /// - Throws: the error of `PreprocessingConfiguration.validate`.
  public init(_ configuration: PreprocessingConfiguration, sampleRate: Int) throws(ConfigurationError) {
    precondition(sampleRate >= 1000, "libspeexdsp is for sound")
    try configuration.validate()
    self.configuration = configuration
    self.sampleRate = sampleRate
    // 20 ms: the block length for which libspeexdsp's noise estimate and gain are tuned.
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
      // SAFETY: the requests below are paired with the value types that libspeexdsp's header specifies.
      let status = withUnsafeMutablePointer(to: &value) { speex_preprocess_ctl(speex, request, $0) }
      precondition(status == 0, "libspeexdsp has no request \(request)")
    }
    set(SPEEX_PREPROCESS_SET_DENOISE, Int32(configuration.denoise ? 1 : 0))
    set(SPEEX_PREPROCESS_SET_NOISE_SUPPRESS, Int32(configuration.noiseSuppression))
    set(SPEEX_PREPROCESS_SET_AGC, Int32(configuration.automaticGain ? 1 : 0))
    // libspeexdsp takes the target as a perceptual loudness, which emphasises frequencies at which speech is weak.
    // Speech has that loudness at an RMS 13.7 dB below it (24 voices of RAVDESS, deviation 1.9 dB).
    set(SPEEX_PREPROCESS_SET_AGC_LEVEL, 32768 * pow(10, (configuration.gainTarget + 13.7) / 20))
    return speex
  }

  /// Processes the stream's next samples, any number of them, and calls `body` piece by piece with completed output.
  public mutating func push(_ samples: Span<Float>, _ body: (Span<Float>) -> Void) {
    guard speex != nil else {
      if !samples.isEmpty { body(samples) }
      return
    }
    taken += samples.count
    for index in samples.indices { take(Self.step(samples[index]), body) }
  }

  /// Ends the stream: calls `body` with the remaining output. Call `reset` before pushing again.
  public mutating func finish(_ body: (Span<Float>) -> Void) {
    while given < taken { take(0, body) }
  }

  /// Returns to the initial state: the next sample is the first of a stream.
  public mutating func reset() {
    filled = 0
    taken = 0
    given = 0
    isFirst = true
    guard let old = speex else { return }
    // libspeexdsp has no other way to restart.
    speex_preprocess_state_destroy(old)
    speex = Self.makeSpeex(configuration, sampleRate: sampleRate, block: block)
  }

  /// A sample, rounded to 16 bits.
  private static func step(_ sample: Float) -> Int16 {
    guard sample.isFinite else { return 0 }
    return Int16(max(-32768, min(32767, (sample * 32768).rounded())))
  }

  private mutating func take(_ step: Int16, _ body: (Span<Float>) -> Void) {
    input[filled] = step
    filled += 1
    guard filled == block else { return }
    filled = 0
    // SAFETY: the state was created for blocks of this length, which is changed in place.
    speex_preprocess_run(speex, input.baseAddress)
    // The output belongs to the previous block: windows overlap by a block.
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
