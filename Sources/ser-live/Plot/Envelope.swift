/// The minimum and the maximum of the samples in equal sections of a stream, some hundred to some thousand for any
/// length: beyond the limit, pairs of sections are merged.
struct Envelope: Sendable {
  /// Maximum number of sections before they are merged.
  let limit: Int
  /// Samples of a section; the last one may have fewer.
  private(set) var stretch = 1
  /// Minimum and maximum of each section, interleaved. [sections × 2]
  private(set) var extremes: [Float] = []
  /// Samples processed.
  private(set) var count = 0
  /// Samples of the newest section.
  private var filled = 0

  /// - Parameter limit: even and positive.
  init(limit: Int) {
    precondition(limit > 0 && limit.isMultiple(of: 2))
    self.limit = limit
    extremes.reserveCapacity(2 * limit)
  }

  /// Processes the stream's next samples; none may be NaN.
  mutating func push(_ samples: Span<Float>) {
    for i in samples.indices {
      let sample = samples[i]
      if filled == 0 {
        if extremes.count == 2 * limit { join() }
        extremes.append(sample)
        extremes.append(sample)
      } else {
        let last = extremes.count - 2
        extremes[last] = min(extremes[last], sample)
        extremes[last + 1] = max(extremes[last + 1], sample)
      }
      filled = (filled + 1) % stretch
    }
    count += samples.count
  }

  /// Merges pairs of sections; the number of full ones is even.
  private mutating func join() {
    for i in 0..<limit / 2 {
      extremes[2 * i] = min(extremes[4 * i], extremes[4 * i + 2])
      extremes[2 * i + 1] = max(extremes[4 * i + 1], extremes[4 * i + 3])
    }
    extremes.removeSubrange(limit...)
    stretch *= 2
  }
}
