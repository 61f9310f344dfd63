/// A statistic of the values of a column, in their order in time.
public enum Statistic: Sendable, Hashable {
  case mean
  /// Population standard deviation: the root of the mean squared distance from the mean, as `numpy.std`.
  case deviation
  case minimum
  case maximum
  /// Maximum minus minimum.
  case range
  /// The 75th percentile minus the 25th.
  case interquartileRange
  /// Slope of the least-squares line, per row; 0 for a single value.
  case slope
  /// Curvature of the least-squares parabola: its coefficient of the square with time from -1 to 1, so in the unit of
  /// the values for any number of them; 0 for fewer than three.
  case curvature
  /// Mean distance from a value to the next; 0 for a single value.
  case change
  /// Mean cubed distance from the mean, over the cube of the deviation, as `scipy.stats.skew`; 0 where all values are
  /// equal.
  case skewness
  /// Percentile, 0…100, linearly interpolated between two values, as `numpy.percentile`.
  case percentile(Double)

  /// The statistic with a configuration name: `mean`, `deviation`, `minimum`, `maximum`, `range`,
  /// `interquartile_range`, `slope`, `curvature`, `change`, `skewness`, or `p` and a number from 0 to 100, such as
  /// `p10` or `p2.5`.
  ///
  /// - Throws: where no statistic has that name.
  public init(named name: String) throws(StatisticError) {
    if let plain = Self.plain.first(where: { $0.name == name }) {
      self = plain
      return
    }
    let number = name.dropFirst()
    guard name.first == "p", number.allSatisfy({ "0123456789.".contains($0) }), let percent = Double(number) else {
      let names = Self.plain.map(\.name).joined(separator: ", ")
      throw StatisticError("no statistic is called '\(name)'; there are \(names), and percentiles such as p10 or p2.5")
    }
    guard percent <= 100 else {
      throw StatisticError("'\(name)' is no percentile: they reach from p0 to p100")
    }
    self = .percentile(percent)
  }

  /// The statistics with these names, in their order.
  ///
  /// - Throws: where a name is unknown or duplicate, or the list is empty.
  public static func named(_ names: [String]) throws(StatisticError) -> [Statistic] {
    guard !names.isEmpty else { throw StatisticError("there must be at least one statistic, such as mean") }
    var statistics: [Statistic] = []
    for name in names {
      let statistic = try Statistic(named: name)
      guard !statistics.contains(statistic) else { throw StatisticError("the statistic '\(name)' stands there twice") }
      statistics.append(statistic)
    }
    return statistics
  }

  /// All but the percentiles.
  private static let plain: [Statistic] = [
    .mean, .deviation, .minimum, .maximum, .range, .interquartileRange, .slope, .curvature, .change, .skewness,
  ]

  /// Its name in configurations and column names.
  public var name: String {
    switch self {
    case .mean: "mean"
    case .deviation: "deviation"
    case .minimum: "minimum"
    case .maximum: "maximum"
    case .range: "range"
    case .interquartileRange: "interquartile_range"
    case .slope: "slope"
    case .curvature: "curvature"
    case .change: "change"
    case .skewness: "skewness"
    case .percentile(let percent):
      percent == percent.rounded() ? "p\(Int(percent))" : "p\(percent)"
    }
  }

  /// Its percentiles, where it depends only on the sorted values: a percentile, minus a second one.
  var percentiles: (of: Double, less: Double?)? {
    switch self {
    case .mean, .deviation, .slope, .curvature, .change, .skewness: nil
    case .minimum: (0, nil)
    case .maximum: (100, nil)
    case .range: (100, less: 0)
    case .interquartileRange: (75, less: 25)
    case .percentile(let percent): (percent, nil)
    }
  }
}

/// A list of statistics that cannot be computed: the wrong name and the valid ones.
public struct StatisticError: Error, CustomStringConvertible, Sendable, Equatable {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
