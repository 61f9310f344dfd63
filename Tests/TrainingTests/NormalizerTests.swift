import Models
import Support
import Testing

@testable import Streaming

@Suite("Normaliser")
struct NormalizerTests {
  static let width = 3

  static func rows(_ count: Int, seed: UInt64, mean: [Float] = [0, 1000, -3], deviation: [Float] = [1, 20, 0.01])
    -> [[Float]]
  {
    var random = RandomSource(seed: seed)
    return (0..<count).map { _ in
      (0..<width).map { mean[$0] + deviation[$0] * random.uniform(-1, 1) * Float(3).squareRoot() }
    }
  }

  /// Two passes in double precision, as `numpy.mean` and `numpy.var` compute them.
  static func reference(_ rows: [[Float]]) -> (mean: [Double], variance: [Double]) {
    var mean = [Double](repeating: 0, count: width)
    var variance = mean
    for i in 0..<width {
      for row in rows { mean[i] += Double(row[i]) / Double(rows.count) }
      for row in rows {
        let distance = Double(row[i]) - mean[i]
        variance[i] += distance * distance / Double(rows.count)
      }
    }
    return (mean, variance)
  }

  /// Single-precision updates of a few thousand rows lose some 1e-5 of a deviation.
  static func expect(_ statistics: FeatureStatistics, equal rows: [[Float]], tolerance: Double = 1e-3) {
    let (mean, variance) = reference(rows)
    #expect(abs(Double(statistics.weight) - Double(rows.count)) < 1e-3)
    for i in 0..<width {
      #expect(abs(Double(statistics.mean[i]) - mean[i]) < tolerance * variance[i].squareRoot(), "column \(i)")
      #expect(abs(Double(statistics.variance[i]) / variance[i] - 1) < tolerance, "column \(i)")
    }
  }

  static func statistics(_ rows: [[Float]]) -> FeatureStatistics {
    rows.reduce(into: FeatureStatistics(width: width)) { $0.add($1.span) }
  }

  @Test("Statistics, row by row and merged in any parts, equal two passes over all rows")
  func merging() {
    let rows = Self.rows(2000, seed: 1)
    Self.expect(Self.statistics(rows), equal: rows)
    for cuts in [[0, 1, 2000], [0, 700, 700, 701, 2000], [0, 500, 1000, 1500, 2000]] {
      var merged = FeatureStatistics(width: Self.width)
      for (start, end) in zip(cuts, cuts.dropFirst()) { merged.add(Self.statistics(Array(rows[start..<end]))) }
      Self.expect(merged, equal: rows)
    }
  }

  static func normalizer(prior: Double = 2, memory: Double = 60) -> Normalizer {
    var configuration = NormalizerConfiguration()
    configuration.prior = prior
    configuration.memory = memory
    let stored = FeatureStatistics(weight: 123, mean: [1, 900, -3.1], variance: [4, 100, 0.0001])
    return Normalizer(stored, configuration, rowRate: 25)
  }

  @Test("The model's statistics count for the prior's seconds, whatever their own weight")
  func prior() {
    var normalizer = Self.normalizer(prior: 2)  // 50 rows
    let rows = Self.rows(150, seed: 2)
    var output = [Float](repeating: 0, count: Self.width)
    for row in rows { normalizer.adapt(row.span, into: &output) }
    let session = Self.reference(rows)
    let stored: (mean: [Double], variance: [Double]) = ([1, 900, -3.1], [4, 100, 0.0001])
    for i in 0..<Self.width {
      let mean = 0.25 * stored.mean[i] + 0.75 * session.mean[i]
      let distance = stored.mean[i] - session.mean[i]
      let variance = 0.25 * stored.variance[i] + 0.75 * session.variance[i] + 0.25 * 0.75 * distance * distance
      #expect(abs(Double(normalizer.statistics.mean[i]) - mean) < 1e-3 * variance.squareRoot())
      #expect(abs(Double(normalizer.statistics.variance[i]) / variance - 1) < 1e-3)
      let expected = (Double(rows[149][i]) - mean) / (variance + 1e-6).squareRoot()
      #expect(abs(Double(output[i]) - expected) < 5e-3)
    }
  }

  @Test("What was heard since the mark is forgotten, to the bit")
  func rewinding() {
    var normalizer = Self.normalizer()
    var output = [Float](repeating: 0, count: Self.width)
    for row in Self.rows(10, seed: 2) { normalizer.adapt(row.span, into: &output) }
    normalizer.mark()
    var straight = normalizer
    for row in Self.rows(20, seed: 3, mean: [9, 0, 9]) { normalizer.adapt(row.span, into: &output) }
    normalizer.rewind()
    var expected = output
    for row in Self.rows(5, seed: 4) {
      normalizer.adapt(row.span, into: &output)
      straight.adapt(row.span, into: &expected)
      #expect(output == expected)
    }
    #expect(normalizer.statistics == straight.statistics)
  }

  @Test("Statistics approach the session's, and follow another voice after the memory's seconds")
  func convergence() {
    var normalizer = Self.normalizer(prior: 2, memory: 20)  // 50 and 500 rows
    var output = [Float](repeating: 0, count: Self.width)
    for row in Self.rows(3000, seed: 3) { normalizer.adapt(row.span, into: &output) }
    #expect(normalizer.statistics.weight == 500)
    // A window of 500 rows has an error of the mean of 1 / √1000 deviations at this weighting; five of them.
    for (i, mean) in [Float(0), 1000, -3].enumerated() {
      let deviation: Float = [1, 20, 0.01][i]
      #expect(abs(normalizer.statistics.mean[i] - mean) < 0.16 * deviation)
      #expect(abs(normalizer.statistics.variance[i].squareRoot() / deviation - 1) < 0.1)
    }
    for row in Self.rows(3000, seed: 4, mean: [5, 1000, -3]) { normalizer.adapt(row.span, into: &output) }
    #expect(abs(normalizer.statistics.mean[0] - 5) < 0.16)
  }

  @Test("Adding the statistics of clips equals adding their rows")
  func hearing() {
    var byRow = Self.normalizer()
    var byClip = byRow
    var output = [Float](repeating: 0, count: Self.width)
    for clip in 0..<4 {
      let rows = Self.rows(100 + 30 * clip, seed: UInt64(10 + clip))
      for row in rows { byRow.adapt(row.span, into: &output) }
      byClip.add(Self.statistics(rows))
      #expect(abs(byClip.statistics.weight - byRow.statistics.weight) < 1e-3)
      for i in 0..<Self.width {
        let deviation = byRow.statistics.variance[i].squareRoot()
        #expect(abs(byClip.statistics.mean[i] - byRow.statistics.mean[i]) < 1e-3 * deviation)
        #expect(abs(byClip.statistics.variance[i].squareRoot() / deviation - 1) < 1e-3)
      }
    }
    byClip.add(Self.statistics(Self.rows(5000, seed: 5)))
    #expect(byClip.statistics.weight == 1500)
  }

  @Test("What is normalised by the stored statistics depends on nothing heard; a reset forgets all")
  func independence() {
    let fresh = Self.normalizer()
    var used = fresh
    var output = [Float](repeating: 0, count: Self.width)
    var expected = output
    for row in Self.rows(300, seed: 6) {
      used.adapt(row.span, into: &output)
      used.normalize(row.span, into: &output)
      fresh.normalize(row.span, into: &expected)
      #expect(output == expected)
      #expect(output.allSatisfy { abs($0) <= Normalizer.limit })
    }
    #expect(used.statistics != fresh.statistics)
    used.reset()
    #expect(used.statistics == fresh.statistics)
  }

  @Test("Without a prior for its mean, a column does not depend on what a gain or a channel adds to it")
  func shifts() {
    var frontEnd = FrontEndConfiguration()
    frontEnd.features = [.mfcc, .level, .voicing]
    frontEnd.cepstralCoefficients = 2
    let stored = FeatureStatistics(weight: 1, mean: [-5, 1, -30, 0.5], variance: [4, 1, 100, 0.1])
    func outputs(_ configuration: NormalizerConfiguration, adding shift: [Float]) -> [[Float]] {
      var normalizer = Normalizer(stored, configuration, frontEnd: frontEnd, rowRate: 25)
      var output = [Float](repeating: 0, count: 4)
      normalizer.add(FeatureStatistics(weight: 10, mean: shift, variance: [1, 1, 1, 1]))
      return Self.rows(100, seed: 7).map { row in
        normalizer.adapt((0..<4).map { row[$0 % 3] / 20 + shift[$0] }.span, into: &output)
        return output
      }
    }
    var configuration = NormalizerConfiguration()
    let plain = outputs(configuration, adding: [0, 0, 0, 0])
    // Sums of numbers up to 60 lose up to 1e-5 each; the smallest deviation is 0.3.
    func isSame(_ column: Int, _ one: [[Float]], _ other: [[Float]]) -> Bool {
      zip(one, other).allSatisfy { abs($0[column] - $1[column]) < 1e-3 }
    }
    #expect(!isSame(0, plain, outputs(configuration, adding: [3, 0, 0, 0])))
    configuration.levelPrior = 0
    configuration.channelPrior = 0
    let invariant = outputs(configuration, adding: [0, 0, 0, 0])
    let shifted = outputs(configuration, adding: [3, -2, 12, 0])
    for column in 0..<4 { #expect(isSame(column, invariant, shifted), "column \(column)") }
    // Voicing has no such shift: its prior stays.
    #expect(isSame(3, plain, invariant) && !isSame(2, plain, invariant))
    configuration.channelPrior = nil
    #expect(!isSame(1, invariant, outputs(configuration, adding: [3, -2, 12, 0])))
  }

  @Test("A constant column and an outlier stay within the limit")
  func limits() {
    var configuration = NormalizerConfiguration()
    configuration.prior = 0.1
    var normalizer = Normalizer(
      FeatureStatistics(weight: 1, mean: [0, 0, 0], variance: [0, 0, 0]), configuration, rowRate: 25)
    var output = [Float](repeating: 0, count: 3)
    for row: [Float] in [[0, 1e6, -1e6], [0, 0, 0], [0, 1e18, 1]] {
      normalizer.normalize(row.span, into: &output)
      #expect(output.allSatisfy { abs($0) <= Normalizer.limit })
      normalizer.adapt(row.span, into: &output)
      #expect(output.allSatisfy { abs($0) <= Normalizer.limit })
    }
  }
}
