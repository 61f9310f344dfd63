import CSoxr
import Support

/// An unsupported sample-rate conversion.
public struct ResamplerError: ClassifiedError, Equatable {
  /// One sentence that names both rates.
  public let message: String
  public var description: String { message }
  public var errorClass: ErrorClass { .badData }
}

/// Converts a mono stream from one sample rate to another (libsoxr, 20 bits of precision, linear phase).
///
/// The output is bit-identical for any chunking of the stream; chunking affects only when samples come out. The output
/// is aligned with the input: its sample *n* is at the time of input sample n·from/to. Where the rates are equal,
/// samples pass unchanged. Nothing is allocated after the first chunks.
public struct Resampler: ~Copyable, @unchecked Sendable {
  // SAFETY: `@unchecked` because of the pointers, which belong only to this owner.

  /// Samples per second of the input.
  public let inputRate: Int
  /// Samples per second of the output.
  public let outputRate: Int
  /// nil where the rates are equal.
  private let soxr: soxr_t?
  private let output: UnsafeMutableBufferPointer<Float>

  /// Samples passed to libsoxr at a time, so that its buffers stay small for any chunk size.
  private static let block = 1024

  /// - Throws: where a rate is not between 1000 and 384000 Hz, or libsoxr refuses the pair.
  public init(from inputRate: Int, to outputRate: Int) throws(ResamplerError) {
    guard (1000...384_000).contains(inputRate), (1000...384_000).contains(outputRate) else {
      throw ResamplerError(
        message: "cannot convert \(inputRate) Hz to \(outputRate) Hz: rates are between 1000 and 384000 Hz")
    }
    let soxr = inputRate == outputRate ? nil : try Self.makeSoxr(from: inputRate, to: outputRate)
    self.inputRate = inputRate
    self.outputRate = outputRate
    self.soxr = soxr
    output = .allocate(capacity: Self.block)
    output.initialize(repeating: 0)
  }

  private static func makeSoxr(from inputRate: Int, to outputRate: Int) throws(ResamplerError) -> soxr_t {
    var failure: soxr_error_t?
    var format = soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
    var quality = soxr_quality_spec(UInt(SOXR_20_BITQ), 0)
    var runtime = soxr_runtime_spec(1)
    // libsoxr waits for whole transforms: with its defaults the delay is 37 ms (from 48 kHz) to 116 ms (from 8 kHz). A
    // wider transition band, hence shorter filters, and the shortest transforms reduce it to 8 to 27 ms. Aliases lie
    // above 0.9 of half the lower rate.
    quality.passband_end = 0.9
    quality.stopband_begin = 1.1
    runtime.log2_min_dft_size = 8
    runtime.log2_large_dft_size = 8
    if let soxr = soxr_create(Double(inputRate), Double(outputRate), 1, &failure, &format, &quality, &runtime) {
      return soxr
    }
    let reason = failure.map { String(cString: $0) } ?? "no reason given"
    throw ResamplerError(message: "cannot convert \(inputRate) Hz to \(outputRate) Hz: \(reason)")
  }

  deinit {
    if let soxr { soxr_delete(soxr) }
    output.deallocate()
  }

  /// Processes the stream's next samples, any number of them, and calls `body` piece by piece with completed output.
  public mutating func push(_ samples: Span<Float>, _ body: (Span<Float>) -> Void) {
    guard let soxr else {
      if !samples.isEmpty { body(samples) }
      return
    }
    samples.withUnsafeBufferPointer { samples in
      var offset = 0
      var produced = 0
      while offset < samples.count || produced == output.count {
        var consumed = 0
        // SAFETY: `offset` is within the samples; libsoxr reads and writes no more than the given counts and returns
        // the number of samples written: the span handed on holds only those.
        let failure = soxr_process(
          soxr, samples.baseAddress.map { $0 + offset }, min(Self.block, samples.count - offset), &consumed,
          output.baseAddress, output.count, &produced)
        precondition(failure == nil, "libsoxr failed on memory it was given")
        offset += consumed
        if produced > 0 { body(UnsafeBufferPointer(rebasing: output[..<produced]).span) }
      }
    }
  }

  /// Ends the stream: calls `body` with the remaining output. Call `reset` before pushing again.
  public mutating func finish(_ body: (Span<Float>) -> Void) {
    guard let soxr else { return }
    while true {
      var produced = 0
      // SAFETY: without input, libsoxr ends the stream; for the output as in `push`.
      let failure = soxr_process(soxr, nil, 0, nil, output.baseAddress, output.count, &produced)
      precondition(failure == nil, "libsoxr failed on memory it was given")
      if produced == 0 { return }
      body(UnsafeBufferPointer(rebasing: output[..<produced]).span)
    }
  }

  /// Returns to the initial state: the next sample is the first of a stream.
  public mutating func reset() {
    guard let soxr else { return }
    let failure = soxr_clear(soxr)
    precondition(failure == nil, "libsoxr cannot start afresh")
  }
}
