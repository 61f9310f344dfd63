/// Decides whether samples come in real time at another rate than they are said to have.
///
/// It looks at windows of some seconds. A window counts where its halves agree on the rate, where the reader had to wait, and
/// where the rate lies farther from the nominal one than the gaps between arrivals explain. Beyond that, a rate must be one
/// that recorders have, or stay for longer: a recording that a slow program decodes has a rate of its own.
struct PaceMeter {
  /// Seconds at the beginning in which what had been kept back comes at once.
  private static let settling = 1.0
  /// Seconds of a window whose rate is one that recorders have, and of one with any other.
  private static let windows = (common: 4.0, other: 10.0)
  /// Seconds after which a window in which nothing was found is over.
  private static let longestWindow = 60.0
  /// How far halves of a window may lie from each other, and a rate from one that recorders have.
  private static let agreement = (halves: 0.03, common: 0.01)
  /// A smaller deviation than this is a clock that is not exact.
  private static let tolerance = 0.03
  /// What comes faster than so many times the nominal rate is a recording: of a rate that recorders have, and of another.
  private static let fastest = (common: 8.0, other: 2.0)
  /// The share of the time that a reader waits, at least, for what is captured at this moment.
  private static let waiting = 0.2

  /// What a recorder may have, in samples a second of one channel; two channels are twice as many.
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

  /// - Parameter nominal: samples a second, as they are said to come.
  init(nominal: Int) {
    self.nominal = Double(nominal)
  }

  /// Notes a read.
  ///
  /// - Parameters:
  ///   - samples: how many came.
  ///   - asked: when the reader asked for them, in seconds of a clock.
  ///   - came: when they came.
  /// - Returns: the rate at which they come in truth, as soon as that is certain; nil else.
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
    // Bursts that are far apart make any rate of a short window.
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
    // No array is made of one and two channels: this is looked at for every read.
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
