/// Brings rows to mean 0 and deviation 1 per column, by statistics that start from the model's and move towards those
/// of the speech heard in the session, causally and without labels.
public struct Normalizer: Sendable {
  private let stored: FeatureStatistics
  private let memoryRows: Float
  /// The statistics in force: the model's, worth the prior, and the session's.
  public private(set) var statistics: FeatureStatistics
  private let storedScale: [Float]

  /// Normalised values lie in ±`limit`: a column that was nearly constant in training must not drown the others.
  static let limit: Float = 8
  /// Added to variances, so that a constant column is divided by something.
  private static let smallest: Float = 1e-6

  /// - Parameters:
  ///   - stored: the model's statistics; their own weight does not matter.
  ///   - configuration: must be valid.
  ///   - rowRate: rows per second.
  public init(_ stored: FeatureStatistics, _ configuration: NormalizerConfiguration, rowRate: Double) {
    self.stored = FeatureStatistics(
      weight: Float(configuration.prior * rowRate), mean: stored.mean, variance: stored.variance)
    memoryRows = Float(configuration.memory * rowRate)
    statistics = self.stored
    storedScale = stored.variance.map { 1 / ($0 + Self.smallest).squareRoot() }
  }

  /// Forgets the session.
  public mutating func reset() {
    statistics.weight = stored.weight
    for i in stored.mean.indices {
      statistics.mean[i] = stored.mean[i]
      statistics.variance[i] = stored.variance[i]
    }
  }

  /// Takes speech into account that was heard before in the session.
  ///
  /// - Parameter session: of rows as wide as the model's; its weight is the number of rows.
  public mutating func hear(_ session: FeatureStatistics) {
    statistics.add(session)
    statistics.weight = min(statistics.weight, memoryRows)
  }

  /// Takes a row of speech into account, then normalises it. `output` is as long as the row.
  public mutating func adapt(_ row: Span<Float>, into output: inout [Float]) {
    statistics.add(row)
    statistics.weight = min(statistics.weight, memoryRows)
    for i in statistics.mean.indices {
      let scale = 1 / (statistics.variance[i] + Self.smallest).squareRoot()
      output[i] = min(max((row[i] - statistics.mean[i]) * scale, -Self.limit), Self.limit)
    }
  }

  /// Normalises a row by the model's own statistics, whatever was heard. `output` is as long as the row.
  public func normalize(_ row: Span<Float>, into output: inout [Float]) {
    for i in storedScale.indices {
      output[i] = min(max((row[i] - stored.mean[i]) * storedScale[i], -Self.limit), Self.limit)
    }
  }
}
