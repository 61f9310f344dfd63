/// The smallest and the largest of the samples in each of some hundred to some thousand equal stretches of a stream,
/// whatever its length: when there are too many, two become one.
struct Envelope: Sendable {
  /// Stretches are joined before there are more than this.
  let limit: Int
  /// Samples of a stretch; the last one may hold fewer.
  private(set) var stretch = 1
  /// Smallest and largest sample of each stretch, in turn. [stretches × 2]
  private(set) var extremes: [Float] = []
  /// Samples taken.
  private(set) var count = 0
  /// Samples of the newest stretch.
  private var filled = 0

  /// - Parameter limit: even and positive.
  init(limit: Int) {
    precondition(limit > 0 && limit.isMultiple(of: 2))
    self.limit = limit
    extremes.reserveCapacity(2 * limit)
  }

  /// Takes the stream's next samples; none may be NaN.
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

  /// Makes one stretch of each two; there is an even number of full ones.
  private mutating func join() {
    for i in 0..<limit / 2 {
      extremes[2 * i] = min(extremes[4 * i], extremes[4 * i + 2])
      extremes[2 * i + 1] = max(extremes[4 * i + 1], extremes[4 * i + 3])
    }
    extremes.removeSubrange(limit...)
    stretch *= 2
  }
}
