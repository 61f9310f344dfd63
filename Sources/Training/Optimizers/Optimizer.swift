import Models

/// An update rule for weights.
protocol Optimizer: Sendable {
  /// Names of its state arrays in a training state.
  var memoryNames: [String] { get }
  /// Its state arrays, in the order of the names; each as long as the weights.
  var memory: [[Float]] { get set }

  /// Updates the weights.
  ///
  /// - Parameters:
  ///   - gradients: one per weight.
  ///   - step: counted from 1.
  mutating func update(_ weights: inout [Float], gradients: [Float], learningRate: Float, step: Int)
}

/// Which weights are trainable, and which ones decay: 1 or 0 for each weight.
struct ParameterMask: Sendable {
  let trains: [Float]
  let decays: [Float]

  init(_ parameters: [Parameter]) {
    trains = parameters.flatMap { Array(repeating: $0.isTrainable ? Float(1) : 0, count: $0.count) }
    decays = parameters.flatMap { Array(repeating: $0.decays && $0.isTrainable ? Float(1) : 0, count: $0.count) }
  }

  var count: Int { trains.count }
}
