import CKernels
import Glibc

/// Removes frequencies below a voice from a mono stream: a constant offset, its drift, rumble. Butterworth, second
/// order: −3 dB at the cutoff, 12 dB per octave below it.
///
/// The filter starts in the steady state of the first sample, so an offset causes no transient. The output is
/// bit-identical for any chunking of the stream, and has no delay. Nothing is allocated after `init`.
public struct HighPass: ~Copyable, @unchecked Sendable {
  // SAFETY: `@unchecked` because of the pointer, which belongs only to this owner.

  /// Frequency at which half of the power passes, in Hz; 0 where samples pass unchanged.
  public let cutoff: Double

  private var filter: ser_high_pass_filter
  private var isAtStart = true
  private let output: UnsafeMutableBufferPointer<Float>

  /// Samples filtered at a time.
  private static let block = 1024

  /// - Parameters:
  ///   - cutoff: in Hz, 0 for none, else below half of the sample rate.
  ///   - sampleRate: of the stream, in Hz.
  public init(cutoff: Double, sampleRate: Int) {
    precondition(0..<Double(sampleRate) / 2 ~= cutoff, "a cutoff of \(cutoff) Hz at \(sampleRate) Hz")
    self.cutoff = cutoff
    // The bilinear transform of 1 / (s² + √2 s + 1) with s → 1/s, prewarped so that the cutoff stays.
    let k = tan(.pi * cutoff / Double(sampleRate))
    let scale = 1 / (1 + 2.0.squareRoot() * k + k * k)
    filter = ser_high_pass_filter()
    filter.gain = scale
    filter.a1 = 2 * (k * k - 1) * scale
    filter.a2 = (1 - 2.0.squareRoot() * k + k * k) * scale
    output = .allocate(capacity: Self.block)
    output.initialize(repeating: 0)
  }

  deinit { output.deallocate() }

  /// Processes the stream's next samples, any number of them, and calls `body` piece by piece with the same number of
  /// samples.
  ///
  /// Non-finite samples count as 0, unless samples pass unchanged.
  public mutating func push(_ samples: Span<Float>, _ body: (Span<Float>) -> Void) {
    guard !samples.isEmpty else { return }
    guard cutoff > 0 else { return body(samples) }
    if isAtStart {
      isAtStart = false
      let first = samples[0].isFinite ? Double(samples[0]) : 0
      filter.x1 = first
      filter.x2 = first
    }
    var start = 0
    while start < samples.count {
      let piece = samples.extracting(start..<min(start + Self.block, samples.count))
      // SAFETY: the piece is no longer than the output.
      piece.withUnsafeBufferPointer { ser_high_pass(&filter, $0.baseAddress, output.baseAddress, $0.count) }
      body(UnsafeBufferPointer(rebasing: output[..<piece.count]).span)
      start += piece.count
    }
  }

  /// Returns to the initial state: the next sample is the first of a stream.
  public mutating func reset() {
    isAtStart = true
    filter.y1 = 0
    filter.y2 = 0
    filter.position = 0
  }
}
