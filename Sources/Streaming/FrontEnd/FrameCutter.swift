import CKernels

/// Cuts a stream, pushed in chunks of any size, into windows of equal length, one hop apart.
///
/// Pre-emphasis also needs the sample before a window; the cutter then returns windows one sample longer. The sample
/// before the first of the stream is 0.
///
/// Samples that are not finite, beyond ±10⁴ or within ±10⁻¹⁰ count as 0, so that a broken sample cannot turn a row into
/// NaN and denormals cannot slow down the transform. (10⁻¹⁰ is below one step of 32-bit PCM, and librosa's threshold
/// for zero crossings.)
struct FrameCutter: ~Copyable {
  let window: Int
  let hop: Int
  /// Samples of a frame before its window, 0 or 1.
  let lead: Int
  private let buffer: AlignedBuffer
  /// Index of the current frame's first sample in `buffer`.
  private var start = 0
  /// Samples in `buffer`, including those before `start`.
  private var end: Int
  /// Samples still to be skipped before the next window (where hops are longer than windows).
  private var skip = 0

  init(window: Int, hop: Int, lead: Int = 0) {
    precondition(window > 0 && hop > 0)
    self.window = window
    self.hop = hop
    self.lead = lead
    // Several frames long, so that the overlap is rarely moved to the front. Zero-filled, including the lead.
    buffer = AlignedBuffer(count: 4 * (lead + window))
    end = lead
  }

  private var frameLength: Int { lead + window }

  /// Takes samples from the front of `samples` until a window is complete or none are left; returns the number taken.
  mutating func fill(_ samples: Span<Float>) -> Int {
    let skipped = min(skip, samples.count)
    skip -= skipped
    let taken = min(frameLength - (end - start), samples.count - skipped)
    guard taken > 0 else { return skipped }
    if end + taken > buffer.count {
      // SAFETY: start ..< end lies in the buffer; `update` allows the two places to overlap.
      buffer.base.update(from: buffer.base + start, count: end - start)
      end -= start
      start = 0
    }
    samples.withUnsafeBufferPointer { samples in
      // SAFETY: `taken` samples follow `skipped`, and there is room for them after `end`; the span is not empty.
      ser_sanitize(samples.baseAddress! + skipped, buffer.base + end, taken)
    }
    end += taken
    return skipped + taken
  }

  /// The lead and the window, where they are complete; valid until the next `fill`.
  var frame: UnsafeBufferPointer<Float>? {
    // SAFETY: start ..< end lies in the buffer, which lives as long as this value.
    end - start == frameLength ? UnsafeBufferPointer(start: buffer.base + start, count: frameLength) : nil
  }

  /// Releases the current, complete window.
  mutating func advance() {
    precondition(end - start == frameLength)
    if hop < frameLength {
      start += hop
    } else {
      skip = hop - frameLength
      start = 0
      end = 0
    }
  }

  /// Returns to the initial state.
  mutating func reset() {
    start = 0
    end = lead
    skip = 0
    // SAFETY: the buffer is longer than the lead.
    buffer.base.update(repeating: 0, count: lead)
  }
}
