import CKernels

/// Cuts a stream, pushed in chunks of any size, into windows of equal length a hop apart.
///
/// Where a window needs the sample before it, too (pre-emphasis), the cutter gives windows one sample longer; before the
/// first sample of the stream lies a 0.
///
/// Samples that are not finite, beyond ±10⁴ or within ±10⁻¹⁰ count as 0: one broken sample must not poison a row with
/// NaN, nor denormals slow the transform down. (10⁻¹⁰ is below one step of 32-bit PCM, and librosa's threshold for zero
/// crossings.)
struct FrameCutter: ~Copyable {
  let window: Int
  let hop: Int
  /// Samples of a frame before its window, 0 or 1.
  let lead: Int
  private let buffer: AlignedBuffer
  /// The current frame's first sample in `buffer`.
  private var start = 0
  /// Samples in `buffer`, those before `start` included.
  private var end: Int
  /// Samples still to be passed over before the next window (where hops are longer than windows).
  private var skip = 0

  init(window: Int, hop: Int, lead: Int = 0) {
    precondition(window > 0 && hop > 0)
    self.window = window
    self.hop = hop
    self.lead = lead
    // Of several frames' length, so that the overlap is seldom moved to the front; zero, as is what leads.
    buffer = AlignedBuffer(count: 4 * (lead + window))
    end = lead
  }

  private var frameLength: Int { lead + window }

  /// Takes samples from the front of `samples` until a window is complete or there are no more; returns how many.
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
      // SAFETY: `taken` samples are there after `skipped`, and room for them after `end`; the span is not empty.
      ser_sanitize(samples.baseAddress! + skipped, buffer.base + end, taken)
    }
    end += taken
    return skipped + taken
  }

  /// What leads and the window, where they are complete; valid until the next `fill`.
  var frame: UnsafeBufferPointer<Float>? {
    // SAFETY: start ..< end lies in the buffer, which lives as long as this.
    end - start == frameLength ? UnsafeBufferPointer(start: buffer.base + start, count: frameLength) : nil
  }

  /// Lets go of the current, complete window.
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

  /// As new.
  mutating func reset() {
    start = 0
    end = lead
    skip = 0
    // SAFETY: the buffer is longer than what leads.
    buffer.base.update(repeating: 0, count: lead)
  }
}
