/// Mean and variance of each column of the feature rows.
public struct FeatureStatistics: Sendable, Equatable {
  /// Number of rows in the statistics, as a weight; need not be an integer.
  public var weight: Float
  /// [columns]
  public var mean: [Float]
  /// Mean squared distance from the mean, [columns].
  public var variance: [Float]

  /// Creates statistics from known values: as many variances as means; variances are not negative.
  public init(weight: Float, mean: [Float], variance: [Float]) {
    precondition(mean.count == variance.count, "a variance for each mean")
    self.weight = weight
    self.mean = mean
    self.variance = variance
  }

  /// Empty statistics for rows with `width` columns.
  public init(width: Int) {
    self.init(weight: 0, mean: Array(repeating: 0, count: width), variance: Array(repeating: 0, count: width))
  }

  /// Empties the statistics without allocating.
  mutating func reset() {
    weight = 0
    for i in mean.indices {
      mean[i] = 0
      variance[i] = 0
    }
  }

  /// Copies statistics of the same width without allocating.
  mutating func assign(_ other: FeatureStatistics) {
    weight = other.weight
    for i in mean.indices {
      mean[i] = other.mean[i]
      variance[i] = other.variance[i]
    }
  }

  /// Adds one row (Welford 1962).
  public mutating func add(_ row: Span<Float>) {
    weight += 1
    let share = 1 / weight
    for i in mean.indices {
      let distance = row[i] - mean[i]
      mean[i] += share * distance
      variance[i] += share * (distance * (row[i] - mean[i]) - variance[i])
    }
  }

  /// Adds the rows of other statistics (Chan, Golub and LeVeque 1979).
  public mutating func add(_ other: FeatureStatistics) {
    let total = weight + other.weight
    guard total > 0 else { return }
    let share = other.weight / total
    for i in mean.indices {
      let distance = other.mean[i] - mean[i]
      mean[i] += share * distance
      variance[i] += share * (other.variance[i] - variance[i] + (1 - share) * distance * distance)
    }
    weight = total
  }
}
