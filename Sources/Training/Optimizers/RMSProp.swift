/// The gradient divided by the root of the running mean of its square (Tieleman and Hinton 2012).
struct RMSProp: Optimizer {
  /// Decay of the running mean.
  let alpha: Float
  let epsilon: Float
  /// L2 decay: this times the weight is added to the gradient.
  let weightDecay: Float
  private let mask: ParameterMask
  let memoryNames = ["square"]
  var memory: [[Float]]

  init(_ mask: ParameterMask, alpha: Float = 0.99, epsilon: Float = 1e-8, weightDecay: Float) {
    self.mask = mask
    self.alpha = alpha
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    memory = [Array(repeating: 0, count: mask.count)]
  }

  mutating func update(_ weights: inout [Float], gradients: [Float], learningRate: Float, step: Int) {
    var square = memory[0]
    memory = []  // otherwise it is shared, and copied
    for i in weights.indices {
      let gradient = gradients[i] + weightDecay * mask.decays[i] * weights[i]
      square[i] = alpha * square[i] + (1 - alpha) * gradient * gradient
      weights[i] -= mask.trains[i] * learningRate * gradient / (square[i].squareRoot() + epsilon)
    }
    memory = [square]
  }
}
