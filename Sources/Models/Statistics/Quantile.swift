/// Where a percentile lies among sorted values: on one of them, or between two neighbours (Hyndman and Fan 1996,
/// definition 7, which NumPy and PyTorch use).
struct Quantile {
  /// Rank of the value at or below it, counted from the least.
  let lower: Int
  /// Rank of the value at or above it.
  let upper: Int
  /// How far it is from the lower to the upper value, 0 ..< 1.
  let share: Double

  /// - Parameters:
  ///   - percent: 0…100.
  ///   - count: number of values, at least 1.
  init(_ percent: Double, of count: Int) {
    let position = percent / 100 * Double(count - 1)
    lower = Int(position)
    upper = min(lower + 1, count - 1)
    share = position - Double(lower)
  }

  /// What lies so far between the two values.
  func between(_ low: Float, _ high: Float) -> Double {
    Double(low) + (Double(high) - Double(low)) * share
  }
}

/// A statistic of sorted values: a percentile, or what lies between two.
struct OrderStatistic {
  let quantile: Quantile
  /// What is taken away; nil for a percentile by itself.
  let less: Quantile?

  /// - Returns: nil where the statistic is none of sorted values.
  init?(_ statistic: Statistic, of count: Int) {
    guard let percentiles = statistic.percentiles else { return nil }
    quantile = Quantile(percentiles.of, of: count)
    less = percentiles.less.map { Quantile($0, of: count) }
  }

  /// The statistic of sorted values.
  ///
  /// - Parameter value: the value of a rank.
  @inline(__always) func callAsFunction(_ value: (Int) -> Float) -> Float {
    let high = quantile.between(value(quantile.lower), value(quantile.upper))
    guard let less else { return Float(high) }
    return Float(high - less.between(value(less.lower), value(less.upper)))
  }

  /// How much of the value of each rank is in it.
  var shares: [(rank: Int, share: Double)] {
    let added = [(quantile.lower, 1 - quantile.share), (quantile.upper, quantile.share)]
    guard let less else { return added }
    return added + [(less.lower, less.share - 1), (less.upper, -less.share)]
  }
}
