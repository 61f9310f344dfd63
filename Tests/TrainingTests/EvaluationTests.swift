import Foundation
import Models
import Support
import TestSupport
import Testing

@testable import Streaming
@testable import Training

@Suite("Metrics, calibration and the vote")
struct EvaluationTests {
  static let cases: [(name: String, classes: Int)] = [
    ("eight", 8), ("skewed", 4), ("absent", 8), ("unheard", 8), ("silent", 3), ("ties", 5), ("one", 4), ("extreme", 8),
    ("two", 2),
  ]

  static func posteriors(_ golden: Golden, _ name: String, _ classes: Int) throws -> Posteriors {
    var posteriors = Posteriors(classes: classes)
    let probabilities = try golden.values("\(name)/probabilities")
    for (clip, label) in try golden.integers("\(name)/said").enumerated() {
      posteriors.add(label: label, probabilities: Array(probabilities[clip * classes..<(clip + 1) * classes]))
    }
    return posteriors
  }

  @Test("Figures equal scikit-learn's", arguments: cases)
  func metrics(_ name: String, _ classes: Int) throws {
    let golden = try Golden("sklearn")
    let posteriors = try Self.posteriors(golden, name, classes)
    let scores = Scores(posteriors, names: (0..<classes).map { "label \($0)" })
    /// The reference is stored in single precision: 6e-8 of the value is lost.
    func expect(_ figure: String, _ ours: [Double], sourceLocation: SourceLocation = #_sourceLocation) throws {
      let reference = try golden.values("\(name)/\(figure)")
      #expect(reference.count == ours.count, "\(figure)", sourceLocation: sourceLocation)
      for (ours, reference) in zip(ours, reference) {
        let distance = abs(ours - Double(reference))
        #expect(
          distance <= 1e-6 * max(1, abs(ours)), "\(figure): \(ours), not \(reference)", sourceLocation: sourceLocation)
      }
    }
    func parts(_ scores: PrecisionRecall) -> [Double] { [scores.precision, scores.recall, scores.f1] }
    #expect(scores.confusion.flatMap { $0 } == (try golden.integers("\(name)/confusion")))
    try expect("uar", [scores.unweightedAverageRecall])
    try expect("accuracy", [scores.accuracy])
    try expect("precision", scores.labels.map(\.scores.precision))
    try expect("recall", scores.labels.map(\.scores.recall))
    try expect("f1", scores.labels.map(\.scores.f1))
    try expect("macro", parts(scores.macroMean))
    try expect("weighted", parts(scores.weightedMean))
    try expect("areas", scores.labels.map { $0.areaUnderCurve ?? -1 })
    try expect("area", [scores.areaUnderCurve ?? -1])
    try expect("log_loss", [scores.logLoss])
    try expect("calibration_error", [scores.calibrationError])
    let points = posteriors.rocCurve(0)?.points ?? []
    #expect(points.first.map { $0.threshold == .infinity } ?? true)
    try expect(
      "roc", points.flatMap { [$0.falsePositives, $0.truePositives, Double(min($0.threshold, 2))] })
  }

  @Test("Wilson's interval equals SciPy's")
  func wilson() throws {
    let values = try Golden("sklearn").values("wilson")
    #expect(values.count == 32)
    for start in stride(from: 0, to: values.count, by: 4) {
      let interval = Interval(share: Int(values[start]), of: Int(values[start + 1]))
      // Single precision, as above.
      #expect(abs(interval.low - Double(values[start + 2])) <= 1e-6)
      #expect(abs(interval.high - Double(values[start + 3])) <= 1e-6)
    }
  }

  @Test("An interval of the UAR holds the figure, narrows with the speakers' likeness, and needs three of them")
  func bootstrap() {
    func speaker(right: Int, of count: Int) -> ConfusionMatrix {
      var matrix = ConfusionMatrix(classes: 2)
      for clip in 0..<count {
        matrix.add(actual: 0, predicted: clip < right ? 0 : 1)
        matrix.add(actual: 1, predicted: clip < right ? 1 : 0)
      }
      return matrix
    }
    #expect(Interval.unweightedAverageRecall([speaker(right: 5, of: 10), speaker(right: 5, of: 10)]) == nil)
    let alike = Interval.unweightedAverageRecall([7, 7, 7, 7].map { speaker(right: $0, of: 10) })
    #expect(alike == Interval(low: 0.7, high: 0.7))
    let unlike = Interval.unweightedAverageRecall([4, 6, 8, 10].map { speaker(right: $0, of: 10) })!
    #expect(unlike.low > 0.4 && unlike.low < 0.6 && unlike.high > 0.8 && unlike.high < 1)
  }

  @Test("No clips have figures of 0, and no ROC curve")
  func nothing() {
    let scores = Scores(Posteriors(classes: 2), names: ["a", "b"])
    #expect(scores.accuracy == 0 && scores.unweightedAverageRecall == 0 && scores.logLoss == 0)
    #expect(scores.calibrationError == 0 && scores.areaUnderCurve == nil)
    #expect(scores.labels.allSatisfy { $0.areaUnderCurve == nil && $0.scores == PrecisionRecall() })
    #expect(ConfusionMatrix(classes: 2).recall(0) == nil)
  }

  @Test("Matrices add up")
  func sums() {
    var first = ConfusionMatrix(classes: 2)
    first.add(actual: 0, predicted: 0)
    var second = ConfusionMatrix(classes: 2)
    second.add(actual: 0, predicted: 1)
    second.add(actual: 1, predicted: nil)
    first.add(second)
    #expect(first.counts == [1, 1, 0, 0, 0, 1])
    #expect(first.total(0) == 2 && first.total(1) == 1 && first.recall(0) == 0.5 && first.recall(1) == 0)
    #expect(first.predictedTotal(0) == 1 && first.predictedTotal(1) == 1 && first.unheard == 1)
  }

  @Test("Calibration finds the temperature that the labels were drawn with", arguments: [0.4, 1, 2.5])
  func temperature(_ truth: Double) {
    var random = RandomSource(seed: 46)
    let posteriors = (0..<4000).map { _ in
      let scores = (0..<5).map { _ in 2 * random.normal() }
      var drawn = Double(random.uniform())
      let label = softmax(scores.map { Double($0) / truth }).firstIndex { share in
        drawn -= share
        return drawn < 0
      }
      return (probabilities: softmax(scores.map(Double.init)).map { Float($0) }, label: label ?? 4)
    }
    // The estimate's relative deviation is near 1 / √(2 · 4000), 1.1 %; four of them.
    #expect(abs(Double(Calibration.temperature([posteriors])) / truth - 1) < 0.045)
  }

  @Test("Of two groups a large one counts no more than a small one")
  func temperatureOfGroups() {
    let sure: (probabilities: [Float], label: Int) = ([0.7, 0.3], 0)
    let wrong: (probabilities: [Float], label: Int) = ([0.7, 0.3], 1)
    let small = [sure, sure, sure, wrong]
    let large = Array(repeating: [sure, wrong, sure, wrong, sure], count: 100).joined()
    let equal = Calibration.temperature([small, Array(large)])
    #expect(abs(Calibration.temperature([small, Array(large.prefix(5))]) - equal) < 1e-3)
    // With right answers at a rate r of two, the best temperature makes the probability r: (0.75 + 0.6) / 2.
    let expected = log(Float(0.7 / 0.3)) / log(0.675 / 0.325)
    #expect(abs(equal / expected - 1) < 1e-2)
  }

  @Test("Calibration of nothing is 1, and stays within bounds where all are right or all wrong")
  func temperatureBounds() {
    #expect(Calibration.temperature([]) == 1)
    #expect(abs(Calibration.temperature([[([0.9, 0.1], 0)], []]) - 0.2) < 1e-3)
    #expect(abs(Calibration.temperature([[([1, 0], 1)]]) - 5) < 1e-2)
  }

  @Test("A temperature of few speakers is drawn towards 1, that of many stays")
  func fewSpeakers() {
    #expect(Calibration.drawnTowardsOne(3, speakers: 0) == 1)
    for temperature: Float in [0.5, 2] {
      #expect(abs(Calibration.drawnTowardsOne(temperature, speakers: 10) - temperature.squareRoot()) < 1e-6)
      #expect(abs(Calibration.drawnTowardsOne(temperature, speakers: 10_000) - temperature) < 2e-3)
    }
    #expect(
      abs(Calibration.drawnTowardsOne(1.6, speakers: 2) * Calibration.drawnTowardsOne(1 / 1.6, speakers: 2) - 1) < 1e-6)
  }

  /// What two networks, and one that knows nothing, think of labels that are drawn from a vote of the first two.
  private func votes(_ weights: [Double], count: Int) -> [(votes: [[Float]], label: Int)] {
    var random = RandomSource(seed: 46)
    return (0..<count).map { _ in
      let scores = (0..<3).map { _ in (0..<4).map { _ in Double(1.5 * random.normal()) } }
      let vote = softmax((0..<4).map { label in weights[0] * scores[0][label] + weights[1] * scores[1][label] })
      var drawn = Double(random.uniform())
      let label = vote.firstIndex { share in
        drawn -= share
        return drawn < 0
      }
      return (scores.map { softmax($0).map { Float($0) } }, label ?? 3)
    }
  }

  @Test("Votes are learnt: the weights that the labels were drawn with, and none for a network that knows nothing")
  func learntVotes() {
    let posteriors = votes([0.9, 0.3], count: 4000)
    let learnt = Calibration.votes(posteriors, networks: 3)
    #expect(abs(learnt.reduce(0, +) - 1) < 1e-5 && learnt.allSatisfy { $0 >= 0 })
    // Each estimate deviates by near 1 / √4000 of scores with a deviation of 1.5, about 0.015; four of them.
    #expect(abs(learnt[0] - 0.75) < 0.06 && abs(learnt[1] - 0.25) < 0.06 && learnt[2] < 0.06, "\(learnt)")
    let exchanged = Calibration.votes(
      posteriors.map { ([$0.votes[1], $0.votes[2], $0.votes[0]], $0.label) }, networks: 3)
    // Rounding of sums in another order.
    for (a, b) in zip(exchanged, [learnt[1], learnt[2], learnt[0]]) { #expect(abs(a - b) < 1e-4) }
  }

  @Test("No weights on a grid, at their best temperature, predict better than the learnt ones")
  func bestVotes() {
    let posteriors = votes([0.5, 0.8], count: 60).map { (votes: Array($0.votes[..<2]), label: $0.label) }
    func loss(_ weights: [Float]) -> Double {
      var best = Double.infinity
      for step in 0...400 {
        let temperature = Float(exp(log(0.2) + Double(step) / 400 * log(25)))
        let ensemble = Ensemble(weights: weights, temperature: temperature)
        var result = [Float](repeating: 0, count: 4)
        let sum = posteriors.reduce(0.0) { sum, posterior in
          var votes = posterior.votes.flatMap { $0 }
          ensemble.combine(&votes, into: &result)
          return sum - log(Double(result[posterior.label]))
        }
        best = min(best, sum / Double(posteriors.count))
      }
      return best
    }
    let learnt = loss(Calibration.votes(posteriors, networks: 2))
    // The temperature's grid and single precision.
    for first in 0...20 { #expect(learnt <= loss([Float(first) / 20, 1 - Float(first) / 20]) + 1e-4) }
  }

  @Test("Without clips, with one network, or with networks that know less than nothing, votes weigh the same")
  func equalVotes() {
    #expect(Calibration.votes([], networks: 2) == [0.5, 0.5])
    #expect(Calibration.votes([([[0.9, 0.1]], 0)], networks: 1) == [1])
    #expect(Calibration.votes([([[0.9, 0.1], [0.8, 0.2]], 1)], networks: 2) == [0.5, 0.5])
  }

  private func softmax(_ scores: [Double]) -> [Double] {
    let powers = scores.map { exp($0) }
    return powers.map { $0 / powers.reduce(0, +) }
  }

  @Test("The vote is the weighted geometric mean, sharpened by the temperature, and a distribution")
  func vote() {
    var random = RandomSource(seed: 46)
    for trial in 0..<200 {
      let networks = 1 + trial % 4
      let labels = 2 + trial % 7
      let raw = (0..<networks).map { _ in random.uniform(0.05, 1) }
      let weights = raw.map { $0 / raw.reduce(0, +) }
      let temperature = random.uniform(0.3, 3)
      var votes: [Float] = []
      for _ in 0..<networks {
        votes += softmax((0..<labels).map { _ in Double(3 * random.normal()) }).map { Float($0) }
      }
      if trial % 10 == 0 { votes[0] = 0 }
      let powers = (0..<labels).map { label in
        (0..<networks).reduce(1.0) { product, network in
          product * pow(Double(max(votes[network * labels + label], 1e-6)), Double(weights[network] / temperature))
        }
      }
      var result = [Float](repeating: 0, count: labels)
      Ensemble(weights: weights, temperature: temperature).combine(&votes, into: &result)
      let sum = powers.reduce(0, +)
      for (ours, power) in zip(result, powers) { #expect(abs(Double(ours) - power / sum) < 1e-5) }
      #expect(abs(result.reduce(0, +) - 1) < 1e-5)
      #expect(result.allSatisfy { 0...1 ~= $0 })
    }
  }
}
