/// Stochastic gradient descent, with momentum (Polyak 1964) or with Nesterov's momentum, in the form of Sutskever et
/// al. 2013.
struct SGD: Optimizer {
  /// Share of the last step that is kept; 0 for none.
  let momentum: Float
  /// Whether the gradient is applied as if that share had already been applied.
  let isNesterov: Bool
  /// L2 decay: this times the weight is added to the gradient.
  let weightDecay: Float
  private let mask: ParameterMask
  let memoryNames = ["velocity"]
  var memory: [[Float]]

  init(_ mask: ParameterMask, momentum: Float = 0, isNesterov: Bool = false, weightDecay: Float) {
    self.mask = mask
    self.momentum = momentum
    self.isNesterov = isNesterov
    self.weightDecay = weightDecay
    memory = [Array(repeating: 0, count: mask.count)]
  }

  mutating func update(_ weights: inout [Float], gradients: [Float], learningRate: Float, step: Int) {
    var velocity = memory[0]
    memory = []  // otherwise it is shared, and copied
    for i in weights.indices {
      let gradient = gradients[i] + weightDecay * mask.decays[i] * weights[i]
      velocity[i] = momentum * velocity[i] + gradient
      let direction = isNesterov ? gradient + momentum * velocity[i] : velocity[i]
      weights[i] -= mask.trains[i] * learningRate * direction
    }
    memory = [velocity]
  }
}
