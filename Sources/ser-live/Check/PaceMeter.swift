/// Detects samples that arrive in real time at another rate than stated.
///
/// It evaluates windows of some seconds. A window counts if its halves agree on the rate, if the reader had to wait,
/// and if the rate deviates from the nominal one by more than the gaps between arrivals explain. The rate must also be
/// one that recorders have, or persist for longer: a recording that a slow program decodes has an arbitrary rate.
struct PaceMeter {
  /// Seconds at the beginning in which buffered samples arrive at once.
  private static let settling = 1.0
  /// Length in seconds of a window with a common recorder rate, and of one with any other.
  private static let windows = (common: 4.0, other: 10.0)
  /// Seconds after which a window without a result ends.
  private static let longestWindow = 60.0
  /// Tolerance between the halves of a window, and between a rate and a common one.
  private static let agreement = (halves: 0.03, common: 0.01)
  /// A smaller deviation is clock inaccuracy.
  private static let tolerance = 0.03
  /// Multiples of the nominal rate from which the input counts as a recording: with a common rate, and with another.
  private static let fastest = (common: 8.0, other: 2.0)
  /// Minimum share of the time that the reader of a live source waits.
  private static let waiting = 0.2

  /// Common recorder rates, in samples a second of one channel; two channels are twice as many.
  private static let commonRates: [Double] = [
    8000, 11_025, 12_000, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000, 96_000, 192_000,
  ]

  private let nominal: Double
  private var meter = RateMeter(settling: 0)
  private var half = RateMeter(settling: 0)
  private var firstHalf: Double?
  private var begin: Double?
  private var last = 0.0
  private var waited = 0.0
  private var longestGap = 0.0
  private var count = 0

  /// - Parameter nominal: the stated samples per second.
  init(nominal: Int) {
    self.nominal = Double(nominal)
  }

  /// Processes a read.
  ///
  /// - Parameters:
  ///   - samples: number of samples.
  ///   - asked: time of the request, in seconds of a clock.
  ///   - came: time of the arrival.
  /// - Returns: the actual rate, as soon as it is certain; otherwise nil.
  mutating func note(samples: Int, asked: Double, came: Double) -> Double? {
    guard let begin else {
      begin = came + Self.settling
      last = came
      return nil
    }
    guard came >= begin else {
      last = came
      return nil
    }
    count += samples
    waited += came - asked
    longestGap = max(longestGap, came - last)
    last = came
    meter.note(samples: count, time: came)
    half.note(samples: count, time: came)
    let seconds = came - begin
    if firstHalf == nil, seconds >= Self.windows.common / 2 {
      firstHalf = half.rate
      half = RateMeter(settling: 0)
    }
    guard seconds >= Self.windows.common, let rate = meter.rate, let firstHalf, let secondHalf = half.rate else {
      return nil
    }
    // Widely spaced bursts give a short window any rate.
    let agreement = Self.agreement.halves + 6 * longestGap / Self.windows.common
    guard abs(firstHalf / secondHalf - 1) < agreement, waited > Self.waiting * seconds else {
      restart(at: came)
      return nil
    }
    let ratio = rate / nominal
    guard abs(ratio - 1) > Self.tolerance + 3 * longestGap / seconds else {
      if seconds >= Self.longestWindow { restart(at: came) }
      return nil
    }
    // Avoids an array of one and two channels: this runs for every read.
    let isCommon = Self.commonRates.contains { common in
      abs(rate / common - 1) < Self.agreement.common || abs(rate / (2 * common) - 1) < Self.agreement.common
    }
    if isCommon && ratio < Self.fastest.common { return rate }
    guard seconds >= Self.windows.other else { return nil }
    if ratio < Self.fastest.other { return rate }
    restart(at: came)
    return nil
  }

  private mutating func restart(at time: Double) {
    self = PaceMeter(nominal: Int(nominal))
    begin = time
    last = time
  }
}
