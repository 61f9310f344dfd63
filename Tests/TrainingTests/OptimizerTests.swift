import Foundation
import Testing

@testable import Models
@testable import Training

/// PyTorch's values are of double precision; single precision adds some 1e-7 of relative error a step.
@Suite("Loss and optimiser against PyTorch")
struct OptimizerTests {
  let golden: Golden

  init() throws { golden = try Golden("pytorch") }

  @Test("Cross-entropy and its gradient, plain and with smoothed labels", arguments: ["0.0", "0.1"])
  func crossEntropy(_ smoothing: String) throws {
    var gradient: [Float] = []
    let scores = try golden.values("cross_entropy/\(smoothing)/scores")
    let labels = try golden.integers("cross_entropy/\(smoothing)/labels")
    let (loss, correct) = CrossEntropy(smoothing: Float(smoothing)!)
      .evaluate(scores, labels: labels, gradient: &gradient)
    #expect(abs(loss - (try golden.values("cross_entropy/\(smoothing)/loss")[0])) < 2e-6)
    for (ours, reference) in zip(gradient, try golden.values("cross_entropy/\(smoothing)/gradient")) {
      #expect(abs(ours - reference) < 1e-6)
    }
    let classes = scores.count / labels.count
    let expected = labels.indices.count { row in
      let scores = scores[row * classes..<(row + 1) * classes]
      return scores.indices.max { scores[$0] < scores[$1] }! - row * classes == labels[row]
    }
    #expect(correct == expected)
  }

  /// The loss by its definition, in double precision.
  private func loss(_ scores: [Double], _ targets: [Double], _ mask: [Bool], smoothing: Double, classes: Int) -> Double
  {
    let rows = scores.count / classes
    return (0..<rows).reduce(0.0) { sum, row in
      let allowed = (row * classes..<(row + 1) * classes).filter { mask[$0] }
      let total = log(allowed.reduce(0.0) { $0 + exp(scores[$1]) })
      return sum
        + allowed.reduce(0.0) { sum, i in
          let target = smoothing / Double(allowed.count) + (1 - smoothing) * targets[i]
          return sum - target * (scores[i] - total) / Double(rows)
        }
    }
  }

  @Test(
    "Cross-entropy with shares of labels and with masked labels, and its gradient by finite differences",
    arguments: [0, 0.1])
  func sharesAndMasks(_ smoothing: Double) {
    var random = RandomSource(seed: 46)
    let scores = (0..<15).map { _ in 2 * random.normal() }
    let targets: [Float] = [0.7, 0, 0, 0.3, 0, 0, 1, 0, 0, 0, 0, 0.5, 0.5, 0, 0]
    let mask = [true, false, true, true, true, false, true, false, false, false, true, true, true, true, true]
    let doubles = scores.map(Double.init)
    let wanted = targets.map(Double.init)
    for used in [mask, Array(repeating: true, count: 15)] {
      var gradient: [Float] = []
      let result = CrossEntropy(smoothing: Float(smoothing))
        .evaluate(scores, labels: [0, 1, 1], targets: targets, mask: used, gradient: &gradient)
      let reference = loss(doubles, wanted, used, smoothing: smoothing, classes: 5)
      // Single precision.
      #expect(abs(Double(result.loss) - reference) < 2e-6)
      for i in scores.indices {
        var (up, down) = (doubles, doubles)
        up[i] += 1e-5
        down[i] -= 1e-5
        let slope =
          (loss(up, wanted, used, smoothing: smoothing, classes: 5)
            - loss(down, wanted, used, smoothing: smoothing, classes: 5)) / 2e-5
        #expect(abs(Double(gradient[i]) - slope) < 1e-6)
        if !used[i] { #expect(gradient[i] == 0) }
      }
    }
    // Of one possible label nothing is to be learnt.
    var gradient: [Float] = []
    let only = CrossEntropy(smoothing: 0).evaluate(
      [3, 1, 2], labels: [1], mask: [false, true, false], gradient: &gradient)
    #expect(abs(only.loss) < 1e-6 && only.correct == 1)
    #expect(gradient.allSatisfy { abs($0) < 1e-6 })
  }

  @Test("Without shares and masks the loss is, to the bit, that with labels as shares and nothing masked")
  func plain() {
    var random = RandomSource(seed: 46)
    let scores = (0..<40).map { _ in random.normal() }
    let labels = (0..<5).map { _ in random.index(below: 8) }
    var targets = [Float](repeating: 0, count: 40)
    for (row, label) in labels.enumerated() { targets[8 * row + label] = 1 }
    var (first, second): ([Float], [Float]) = ([], [])
    let loss = CrossEntropy(smoothing: 0.1)
    let plain = loss.evaluate(scores, labels: labels, gradient: &first)
    let full = loss.evaluate(
      scores, labels: labels, targets: targets, mask: Array(repeating: true, count: 40), gradient: &second)
    #expect(plain == full && first == second)
  }

  @Test("Scores far from each other give a finite loss")
  func extremes() {
    var gradient: [Float] = []
    let (loss, correct) = CrossEntropy(smoothing: 0)
      .evaluate([1e4, -1e4, 0, -1e4, 1e4, 0], labels: [0, 0], gradient: &gradient)
    #expect(loss.isFinite && loss > 40)
    #expect(correct == 1)
    #expect(gradient.allSatisfy { $0.isFinite })
    #expect(abs(gradient[3] + 0.5) < 1e-6 && abs(gradient[4] - 0.5) < 1e-6)
  }

  @Test("AdamW with decoupled decay, after clipping, along one cycle")
  func adamW() throws {
    let parameters = [Parameter(name: "matrix", shape: [2, 3], decays: true), Parameter(name: "bias", shape: [4])]
    var optimizer = AdamW(parameters, weightDecay: 0.1, gradientClip: 1)
    var weights = try golden.values("adamw/weights")
    let gradients = try golden.values("adamw/gradients")
    let after = try golden.values("adamw/weights_after")
    let schedule = OneCycle(highest: 0.05, steps: 12, warmUp: 0.3)
    for (step, rate) in try golden.values("adamw/rates").enumerated() {
      #expect(abs(schedule.rate(at: step) - rate) < 1e-8)
      let row = step * 10..<(step + 1) * 10
      optimizer.update(&weights, gradients: Array(gradients[row]), learningRate: rate)
      // PyTorch adds 1e-6 to the norm that it divides by.
      for (ours, reference) in zip(weights, after[row]) { #expect(abs(ours - reference) < 3e-6, "step \(step)") }
    }
  }

  @Test("What is not trained stays, whatever its gradient and the decay")
  func frozen() {
    let parameters = [Parameter(name: "running_mean", shape: [2], decays: true, isTrainable: false)]
    var optimizer = AdamW(parameters, weightDecay: 0.5, gradientClip: 1)
    var weights: [Float] = [3, -4]
    optimizer.update(&weights, gradients: [1, 1], learningRate: 0.1)
    #expect(weights == [3, -4])
  }

  @Test("One cycle's curve", arguments: [(40, "0.15"), (1000, "0.3"), (7, "0.5")])
  func oneCycle(_ steps: Int, _ warmUp: String) throws {
    let schedule = OneCycle(highest: 2e-3, steps: steps, warmUp: Float(warmUp)!)
    for (step, rate) in try golden.values("one_cycle/\(steps)/\(warmUp)").enumerated() {
      #expect(abs(schedule.rate(at: step) - rate) < 1e-9, "step \(step)")
    }
  }

  @Test("One cycle is defined for every share of warm-up and every length")
  func oneCycleEdges() {
    for steps in [1, 2, 3, 50] {
      for warmUp: Float in [0, 0.01, 0.5, 0.99, 1] {
        let schedule = OneCycle(highest: 1, steps: steps, warmUp: warmUp)
        let rates = (0..<steps + 3).map { schedule.rate(at: $0) }
        #expect(rates.allSatisfy { $0 > 0 && $0 <= 1 }, "\(steps) steps, warm-up \(warmUp)")
      }
    }
  }
}
