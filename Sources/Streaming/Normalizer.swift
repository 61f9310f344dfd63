import CKernels

/// Normalises rows to mean 0 and deviation 1 per column. The statistics start from the model's and adapt to the speech
/// of the session, causally and without labels.
public struct Normalizer: Sendable {
  private let stored: FeatureStatistics
  private let memoryRows: Float
  /// The current statistics: the model's, weighted by the prior seconds, combined with the session's.
  public private(set) var statistics: FeatureStatistics
  private let storedScale: [Float]
  /// Weight of the model's mean of each column, in rows.
  private let meanPriors: [Float]
  /// Weight of the current mean of each column, in rows.
  private var meanWeights: [Float]

  /// Statistics and weights at the last `mark`.
  private var marked: FeatureStatistics
  private var markedWeights: [Float]

  /// Normalised values are limited to ±`limit`, so that a column that was nearly constant in training does not dominate
  /// the others.
  static let limit: Float = 8
  /// Added to variances, so that a constant column has a non-zero divisor.
  static let smallest: Float = 1e-6

  /// - Parameters:
  ///   - stored: the model's statistics; their own weight is ignored.
  ///   - configuration: must be valid.
  ///   - frontEnd: of the rows; nil where all columns are treated alike.
  ///   - rowRate: rows per second.
  public init(
    _ stored: FeatureStatistics, _ configuration: NormalizerConfiguration, frontEnd: FrontEndConfiguration? = nil,
    rowRate: Double
  ) {
    self.stored = FeatureStatistics(
      weight: Float(configuration.prior * rowRate), mean: stored.mean, variance: stored.variance)
    memoryRows = Float(configuration.memory * rowRate)
    statistics = self.stored
    storedScale = stored.variance.map { 1 / ($0 + Self.smallest).squareRoot() }
    let shifts = frontEnd.map { FeatureLayout($0).shifts($0) } ?? stored.mean.map { _ in nil }
    meanPriors = shifts.map { shift in
      let prior =
        switch shift {
        case .gain: configuration.levelPrior
        case .channel: configuration.channelPrior
        case nil: nil as Double?
        }
      return Float((prior ?? configuration.prior) * rowRate)
    }
    meanWeights = meanPriors
    marked = statistics
    markedWeights = meanWeights
  }

  /// Discards the statistics of the session.
  public mutating func reset() {
    statistics.assign(stored)
    for i in meanPriors.indices { meanWeights[i] = meanPriors[i] }
  }

  /// Saves the current state for `rewind`.
  public mutating func mark() {
    marked.assign(statistics)
    for i in meanWeights.indices { markedWeights[i] = meanWeights[i] }
  }

  /// Restores the state of the last `mark`, or of `init`.
  public mutating func rewind() {
    statistics.assign(marked)
    for i in meanWeights.indices { meanWeights[i] = markedWeights[i] }
  }

  /// Adds the statistics of earlier speech of the session. Equivalent to adding its rows one by one (Chan, Golub and
  /// LeVeque 1979), except that means have their own weights.
  ///
  /// - Parameter session: of rows as wide as the model's; its weight is the number of rows.
  public mutating func add(_ session: FeatureStatistics) {
    guard session.weight > 0 else { return }
    let share = session.weight / (statistics.weight + session.weight)
    for i in statistics.mean.indices {
      let meanShare = session.weight / (meanWeights[i] + session.weight)
      let distance = session.mean[i] - statistics.mean[i]
      statistics.mean[i] += meanShare * distance
      statistics.variance[i] +=
        share * (session.variance[i] - statistics.variance[i] + (1 - meanShare) * distance * distance)
      meanWeights[i] = min(meanWeights[i] + session.weight, memoryRows)
    }
    statistics.weight = min(statistics.weight + session.weight, memoryRows)
  }

  /// Updates the statistics with a row of speech (Welford 1962), then normalises it. `output` is as long as the row.
  public mutating func adapt(_ row: Span<Float>, into output: inout [Float]) {
    let width = checkedWidth(row, output)
    let share = 1 / (statistics.weight + 1)
    let memory = memoryRows
    row.withUnsafeBufferPointer { row in
      statistics.mean.withUnsafeMutableBufferPointer { mean in
        meanWeights.withUnsafeMutableBufferPointer { weights in
          statistics.variance.withUnsafeMutableBufferPointer { variance in
            output.withUnsafeMutableBufferPointer { output in
              // SAFETY: all are as long as the row, which was checked; the kernel accesses nothing else.
              ser_adapt(
                row.baseAddress, share, memory, Self.smallest, Self.limit, mean.baseAddress, weights.baseAddress,
                variance.baseAddress, output.baseAddress, width)
            }
          }
        }
      }
    }
    statistics.weight = min(statistics.weight + 1, memory)
  }

  /// Normalises a row by the model's own statistics, independently of the session. `output` is as long as the row.
  public func normalize(_ row: Span<Float>, into output: inout [Float]) {
    let width = checkedWidth(row, output)
    row.withUnsafeBufferPointer { row in
      stored.mean.withUnsafeBufferPointer { mean in
        storedScale.withUnsafeBufferPointer { scale in
          output.withUnsafeMutableBufferPointer { output in
            // SAFETY: all are as long as the row, which was checked; the kernel touches nothing else.
            ser_standardize(
              row.baseAddress, mean.baseAddress, scale.baseAddress, Self.limit, output.baseAddress, width)
          }
        }
      }
    }
  }

  private func checkedWidth(_ row: Span<Float>, _ output: [Float]) -> Int {
    let width = stored.mean.count
    precondition(row.count == width && output.count == width, "a row of \(row.count) columns, not of \(width)")
    return width
  }

  /// Normalises the rows of an utterance in order.
  ///
  /// - Parameters:
  ///   - rows: [rows × columns].
  ///   - adaptive: whether the rows update the statistics; otherwise only the model's own statistics are used.
  package mutating func normalized(_ rows: [Float], adaptive: Bool) -> [Float] {
    let width = stored.mean.count
    var result = rows
    var output = [Float](repeating: 0, count: width)
    for start in stride(from: 0, to: rows.count, by: width) {
      let row = rows.span.extracting(start..<start + width)
      if adaptive { adapt(row, into: &output) } else { normalize(row, into: &output) }
      for i in 0..<width { result[start + i] = output[i] }
    }
    return result
  }
}
