import Foundation
import Models
import Testing

@testable import Streaming
@testable import Training

@Suite("Metrics, calibration and the vote")
struct EvaluationTests {
  @Test("Figures equal scikit-learn's", arguments: ["eight", "skewed", "absent", "unheard"])
  func metrics(_ name: String) throws {
    let golden = try Golden("sklearn")
    let confusion = try golden.integers("\(name)/confusion")
    let classes = name == "skewed" ? 4 : 8
    var matrix = ConfusionMatrix(classes: classes)
    for (said, heard) in zip(try golden.integers("\(name)/said"), try golden.integers("\(name)/heard")) {
      matrix.add(said: said, heard: heard < 0 ? nil : heard)
    }
    #expect(matrix.counts == confusion)
    // The reference is stored in single precision.
    #expect(abs(matrix.unweightedAverageRecall - Double(try golden.values("\(name)/uar")[0])) < 1e-7)
    #expect(abs(matrix.accuracy - Double(try golden.values("\(name)/accuracy")[0])) < 1e-7)
  }

  @Test("Matrices of folds add up; nothing gives 0")
  func sums() {
    var first = ConfusionMatrix(classes: 2)
    #expect(first.unweightedAverageRecall == 0 && first.accuracy == 0 && first.recall(0) == nil)
    first.add(said: 0, heard: 0)
    var second = ConfusionMatrix(classes: 2)
    second.add(said: 0, heard: 1)
    second.add(said: 1, heard: nil)
    first.add(second)
    #expect(first.counts == [1, 1, 0, 0, 0, 1])
    #expect(first.total(0) == 2 && first.total(1) == 1 && first.recall(0) == 0.5 && first.recall(1) == 0)
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
    #expect(abs(Double(Calibration.temperature(posteriors)) / truth - 1) < 0.045)
  }

  @Test("Calibration of nothing is 1, and stays within bounds where all are right or all wrong")
  func temperatureBounds() {
    #expect(Calibration.temperature([]) == 1)
    #expect(abs(Calibration.temperature([([0.9, 0.1], 0)]) - 0.2) < 1e-3)
    #expect(abs(Calibration.temperature([([1, 0], 1)]) - 5) < 1e-2)
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
