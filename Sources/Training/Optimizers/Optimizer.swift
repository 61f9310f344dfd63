import Models

/// A rule that turns gradients into changes of weights.
protocol Optimizer: Sendable {
  /// Names of what it remembers from step to step, as they stand in a training state.
  var memoryNames: [String] { get }
  /// What it remembers, in the order of the names; each as long as the weights.
  var memory: [[Float]] { get set }

  /// Moves the weights against the gradient.
  ///
  /// - Parameters:
  ///   - gradients: one a weight.
  ///   - step: counted from 1.
  mutating func update(_ weights: inout [Float], gradients: [Float], learningRate: Float, step: Int)
}

/// Which weights an optimiser changes, and on which decay acts: 1 or 0 for each weight.
struct ParameterMask: Sendable {
  let trains: [Float]
  let decays: [Float]

  init(_ parameters: [Parameter]) {
    trains = parameters.flatMap { Array(repeating: $0.isTrainable ? Float(1) : 0, count: $0.count) }
    decays = parameters.flatMap { Array(repeating: $0.decays && $0.isTrainable ? Float(1) : 0, count: $0.count) }
  }

  var count: Int { trains.count }
}
