import Foundation
import TestSupport
import Testing

@testable import Models
@testable import Training

/// PyTorch's values are of double precision; single precision adds some 1e-7 of relative error a step.
@Suite("Optimisers against PyTorch")
struct OptimizerTests {
  let golden: Golden
  let training: Golden

  init() throws {
    golden = try Golden("pytorch")
    training = try Golden("pytorch_training")
  }

  static let parameters = [
    Parameter(name: "matrix", shape: [2, 3], decays: true), Parameter(name: "bias", shape: [4]),
  ]

  /// The settings of the reference script.
  static let configurations: [OptimizerConfiguration] = OptimizerConfiguration.Name.allCases.map { name in
    var configuration = OptimizerConfiguration()
    configuration.name = name
    configuration.momentum = 0.8
    configuration.alpha = 0.9
    configuration.beta1 = 0.8
    configuration.beta2 = 0.99
    configuration.epsilon = 1e-7
    return configuration
  }

  @Test("Twelve steps with weight decay on the matrix", arguments: configurations)
  func steps(_ configuration: OptimizerConfiguration) throws {
    var optimizer = configuration.optimizer(ParameterMask(Self.parameters), weightDecay: 0.1)
    var weights = try training.values("optimizer/weights")
    let gradients = try training.values("optimizer/gradients")
    let after = try training.values("optimizer/\(configuration.name.rawValue)/weights_after")
    for step in 0..<12 {
      let row = step * 10..<(step + 1) * 10
      optimizer.update(&weights, gradients: Array(gradients[row]), learningRate: 0.05, step: step + 1)
      for (ours, reference) in zip(weights, after[row]) { #expect(abs(ours - reference) < 2e-6, "step \(step)") }
    }
  }

  @Test("AdamW with decoupled decay, after clipping, along one cycle")
  func adamW() throws {
    var optimizer = OptimizerConfiguration().optimizer(ParameterMask(Self.parameters), weightDecay: 0.1)
    var weights = try golden.values("adamw/weights")
    let gradients = try golden.values("adamw/gradients")
    let after = try golden.values("adamw/weights_after")
    let schedule = OneCycle(highest: 0.05, steps: 12, warmUp: 0.3)
    for (step, rate) in try golden.values("adamw/rates").enumerated() {
      #expect(abs(schedule.rate(at: step) - rate) < 1e-8)
      let row = step * 10..<(step + 1) * 10
      var clipped = Array(gradients[row])
      GradientClip.apply(&clipped, longest: 1)
      optimizer.update(&weights, gradients: clipped, learningRate: rate, step: step + 1)
      // PyTorch adds 1e-6 to the norm that it divides by.
      for (ours, reference) in zip(weights, after[row]) { #expect(abs(ours - reference) < 3e-6, "step \(step)") }
    }
  }

  @Test("What is not trained stays, whatever its gradient and the decay", arguments: configurations)
  func frozen(_ configuration: OptimizerConfiguration) {
    let parameters = [Parameter(name: "running_mean", shape: [2], decays: true, isTrainable: false)]
    var optimizer = configuration.optimizer(ParameterMask(parameters), weightDecay: 0.5)
    var weights: [Float] = [3, -4]
    for step in 1...3 { optimizer.update(&weights, gradients: [1, 1], learningRate: 0.1, step: step) }
    #expect(weights == [3, -4])
  }

  @Test("What an optimiser remembers is all it needs to go on", arguments: configurations)
  func memory(_ configuration: OptimizerConfiguration) throws {
    let mask = ParameterMask(Self.parameters)
    var optimizer = configuration.optimizer(mask, weightDecay: 0.1)
    var weights = try training.values("optimizer/weights")
    let gradients = try training.values("optimizer/gradients")
    for step in 0..<5 {
      optimizer.update(
        &weights, gradients: Array(gradients[step * 10..<(step + 1) * 10]), learningRate: 0.05, step: step + 1)
    }
    #expect(optimizer.memory.count == optimizer.memoryNames.count)
    var other = configuration.optimizer(mask, weightDecay: 0.1)
    other.memory = optimizer.memory
    var otherWeights = weights
    optimizer.update(&weights, gradients: Array(gradients[50..<60]), learningRate: 0.05, step: 6)
    other.update(&otherWeights, gradients: Array(gradients[50..<60]), learningRate: 0.05, step: 6)
    #expect(weights == otherWeights)
  }

  @Test("Gradients are clipped to a norm; shorter ones stay as they are", arguments: ["short", "long"])
  func clip(_ name: String) throws {
    let before = try training.values("clip/\(name)/before")
    var gradients = before
    GradientClip.apply(&gradients, longest: 2)
    // PyTorch adds 1e-6 to the norm that it divides by.
    for (ours, reference) in zip(gradients, try training.values("clip/\(name)/after")) {
      #expect(abs(ours - reference) < 2e-6)
    }
    #expect((gradients == before) == (name == "short"))
  }

  @Test("The elastic net's gradient, on matrices only")
  func penalty() throws {
    var configuration = RegularizationConfiguration()
    configuration.l1 = 0.01
    configuration.l2 = 0.05
    let weights = try training.values("penalty/weights") + [7]
    let mask = ParameterMask([
      Parameter(name: "matrix", shape: [6], decays: true), Parameter(name: "bias", shape: [1]),
    ])
    var gradients = [Float](repeating: 1, count: 7)
    configuration.add(to: &gradients, weights, mask)
    for (ours, reference) in zip(gradients, try training.values("penalty/gradient") + [0]) {
      #expect(abs(ours - 1 - reference) < 1e-6)
    }
  }

  @Test("The moving average of the weights")
  func average() throws {
    var average = WeightAverage(decay: 0.9)
    let seen = try training.values("average/weights")
    let averages = try training.values("average/averages")
    for step in 0..<5 {
      average.follow(Array(seen[step * 8..<(step + 1) * 8]))
      for (ours, reference) in zip(average.weights, averages[step * 8..<(step + 1) * 8]) {
        #expect(abs(ours - reference) < 1e-6, "step \(step)")
      }
    }
  }
}
