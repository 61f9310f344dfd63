import CKernels

/// Cuts a stream, pushed in chunks of any size, into windows of equal length a hop apart.
///
/// Samples that are not finite, beyond ±10⁴ or within ±10⁻¹⁰ count as 0: one broken sample must not poison a row with
/// NaN, nor denormals slow the transform down. (10⁻¹⁰ is below one step of 32-bit PCM, and librosa's threshold for zero
/// crossings.)
struct FrameCutter: ~Copyable {
  let window: Int
  let hop: Int
  private let buffer: AlignedBuffer
  /// The current window's first sample in `buffer`.
  private var start = 0
  /// Samples in `buffer`, those before `start` included.
  private var end = 0
  /// Samples still to be passed over before the next window (where hops are longer than windows).
  private var skip = 0

  init(window: Int, hop: Int) {
    precondition(window > 0 && hop > 0)
    self.window = window
    self.hop = hop
    // Of several windows' length, so that the overlap is seldom moved to the front.
    buffer = AlignedBuffer(count: 4 * window)
  }

  /// Takes samples from the front of `samples` until a window is complete or there are no more; returns how many.
  mutating func fill(_ samples: Span<Float>) -> Int {
    let skipped = min(skip, samples.count)
    skip -= skipped
    let taken = min(window - (end - start), samples.count - skipped)
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

  /// The window, where it is complete; valid until the next `fill`.
  var frame: UnsafeBufferPointer<Float>? {
    // SAFETY: start ..< end lies in the buffer, which lives as long as this.
    end - start == window ? UnsafeBufferPointer(start: buffer.base + start, count: window) : nil
  }

  /// Lets go of the current, complete window.
  mutating func advance() {
    precondition(end - start == window)
    if hop < window {
      start += hop
    } else {
      skip = hop - window
      start = 0
      end = 0
    }
  }

  /// As new.
  mutating func reset() {
    start = 0
    end = 0
    skip = 0
  }
}
