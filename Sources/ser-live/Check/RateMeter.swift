/// Measures how many samples a second really come, by a clock: the slope of the straight line that fits their arrival
/// best, so that the jitter of single blocks hardly matters.
struct RateMeter {
  /// Until so many seconds after the first block a device may deliver in bursts.
  private let settling: Double
  /// Fewer seconds say too little.
  private static let shortest = 1.0
  /// What comes so many times as fast is a recording, not live.
  private static let fastest = 20.0

  private var start: Double?
  private var last = 0.0
  private var n = 0.0
  private var (sumT, sumY, sumTT, sumTY) = (0.0, 0.0, 0.0, 0.0)

  /// - Parameter settling: seconds after the first block that do not count.
  init(settling: Double = 0.5) {
    self.settling = settling
  }

  /// Notes that `samples` had come, since the start of the stream, at `time`, in seconds of a clock.
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

  /// Samples per second; nil where too little has come.
  var rate: Double? {
    let spread = n * sumTT - sumT * sumT
    guard last >= Self.shortest, n >= 10, spread > 0 else { return nil }
    return (n * sumTY - sumT * sumY) / spread
  }

  /// Samples per second; nil where too little has come, or where they come so fast that nobody captures them now.
  ///
  /// - Parameter nominal: The rate that they are said to have.
  func rate(nominal: Int) -> Double? {
    guard let rate, rate < Self.fastest * Double(nominal) else { return nil }
    return rate
  }
}
