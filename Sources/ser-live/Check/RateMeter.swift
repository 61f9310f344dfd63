/// Measures the actual samples per second against a clock: the slope of the least-squares line of arrivals, so that
/// jitter of single blocks hardly matters.
struct RateMeter {
  /// Seconds after the first block in which a device may deliver in bursts.
  private let settling: Double
  /// Minimum length in seconds for a measurement.
  private static let shortest = 1.0
  /// Input that is this many times as fast is a recording, not live.
  private static let fastest = 20.0

  private var start: Double?
  private var last = 0.0
  private var n = 0.0
  private var (sumT, sumY, sumTT, sumTY) = (0.0, 0.0, 0.0, 0.0)

  /// - Parameter settling: seconds after the first block that are ignored.
  init(settling: Double = 0.5) {
    self.settling = settling
  }

  /// Records that `samples` had arrived since the start of the stream at `time`, in seconds of a clock.
  mutating func note(samples: Int, time: Double) {
    let first = start ?? time
    start = first
    // Near zero, so that the sums stay exact.
    let t = time - first - settling
    guard t >= 0 else { return }
    let y = Double(samples)
    last = t
    n += 1
    sumT += t
    sumY += y
    sumTT += t * t
    sumTY += t * y
  }

  /// Samples per second; nil where there are too few samples.
  var rate: Double? {
    let spread = n * sumTT - sumT * sumT
    guard last >= Self.shortest, n >= 10, spread > 0 else { return nil }
    return (n * sumTY - sumT * sumY) / spread
  }

  /// Samples per second; nil where there are too few samples, or where they arrive too fast to be live.
  ///
  /// - Parameter nominal: The stated rate.
  func rate(nominal: Int) -> Double? {
    guard let rate, rate < Self.fastest * Double(nominal) else { return nil }
    return rate
  }
}
