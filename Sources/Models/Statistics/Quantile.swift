/// The position of a percentile among sorted values: on one of them, or between two neighbours (Hyndman and Fan 1996,
/// definition 7, which NumPy and PyTorch use).
struct Quantile {
  /// Rank of the value at or below it, counted from the smallest.
  let lower: Int
  /// Rank of the value at or above it.
  let upper: Int
  /// Its position from the lower to the upper value, 0 ..< 1.
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

  /// The interpolated value.
  func between(_ low: Float, _ high: Float) -> Double {
    Double(low) + (Double(high) - Double(low)) * share
  }
}

/// A statistic of sorted values: a percentile, or the difference of two.
struct OrderStatistic {
  let quantile: Quantile
  /// The subtracted percentile; nil for a single percentile.
  let less: Quantile?

  /// - Returns: nil where the statistic does not use sorted values.
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

  /// The weight of the value of each rank.
  var shares: [(rank: Int, share: Double)] {
    let added = [(quantile.lower, 1 - quantile.share), (quantile.upper, quantile.share)]
    guard let less else { return added }
    return added + [(less.lower, less.share - 1), (less.upper, -less.share)]
  }
}
