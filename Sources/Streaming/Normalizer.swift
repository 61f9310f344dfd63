/// Mean and deviation of each column of the feature rows.
public struct FeatureStatistics: Sendable, Equatable {
  /// Rows behind the statistics, as a weight; need not be whole.
  public var weight: Float
  public var mean: [Float]
  /// Mean squared distance from the mean.
  public var variance: [Float]

  /// - Parameters: of equal length, variances not negative.
  public init(weight: Float, mean: [Float], variance: [Float]) {
    precondition(mean.count == variance.count, "a variance for each mean")
    self.weight = weight
    self.mean = mean
    self.variance = variance
  }

  /// Statistics of nothing.
  public init(width: Int) {
    self.init(weight: 0, mean: Array(repeating: 0, count: width), variance: Array(repeating: 0, count: width))
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

  /// Adds the rows behind other statistics (Chan, Golub and LeVeque 1979).
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

/// How the normaliser follows the voice of a session.
///
/// Keys that a configuration leaves out keep their defaults.
public struct NormalizerConfiguration: Codable, Sendable, Equatable {
  /// Seconds of speech that the model's own statistics count for, against those of the session.
  public var prior: Double = 8
  /// Seconds of speech that are remembered at most: what is older fades, so that another speaker is followed.
  public var memory: Double = 60

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case prior, memory
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.prior, into: &prior)
    try section.read(.memory, into: &memory)
  }

  /// - Throws: a `ConfigurationError` that names the first value outside its range.
  public func validate() throws(ConfigurationError) {
    guard 0.1...3600 ~= prior else {
      throw ConfigurationError(key: "normalizer.prior", message: "must be between 0.1 and 3600 seconds, not \(prior)")
    }
    guard prior...36000 ~= memory else {
      throw ConfigurationError(
        key: "normalizer.memory", message: "must be between the prior \(prior) and 36000 seconds, not \(memory)")
    }
  }
}

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

  /// Takes speech into account that was heard before: another clip of the session, a saved profile.
  public mutating func hear(_ session: FeatureStatistics) {
    statistics.add(session)
    statistics.weight = min(statistics.weight, memoryRows)
  }

  /// Takes a row of speech into account, then normalises it.
  public mutating func adapt(_ row: Span<Float>, into output: inout [Float]) {
    statistics.add(row)
    statistics.weight = min(statistics.weight, memoryRows)
    for i in statistics.mean.indices {
      let scale = 1 / (statistics.variance[i] + Self.smallest).squareRoot()
      output[i] = min(max((row[i] - statistics.mean[i]) * scale, -Self.limit), Self.limit)
    }
  }

  /// Normalises a row by the model's own statistics, whatever was heard.
  public func normalize(_ row: Span<Float>, into output: inout [Float]) {
    for i in storedScale.indices {
      output[i] = min(max((row[i] - stored.mean[i]) * storedScale[i], -Self.limit), Self.limit)
    }
  }
}
