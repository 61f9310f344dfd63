/// Adam (Kingma and Ba 2015), and AdamW, whose weight decay is decoupled from the gradient
/// (Loshchilov and Hutter 2019).
struct Adam: Optimizer {
  /// Decay of the running means of the gradient and of its square.
  let beta1: Float
  let beta2: Float
  let epsilon: Float
  let weightDecay: Float
  /// Whether the decay is separate from the gradient (AdamW) or part of it (Adam).
  let isDecoupled: Bool
  private let mask: ParameterMask
  let memoryNames = ["first", "second"]
  var memory: [[Float]]

  init(
    _ mask: ParameterMask, beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8, weightDecay: Float,
    isDecoupled: Bool
  ) {
    self.mask = mask
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.isDecoupled = isDecoupled
    memory = Array(repeating: Array(repeating: 0, count: mask.count), count: 2)
  }

  mutating func update(_ weights: inout [Float], gradients: [Float], learningRate: Float, step: Int) {
    let firstCorrection = 1 / (1 - power(beta1, step))
    let secondCorrection = 1 / (1 - power(beta2, step))
    let coupled = isDecoupled ? 0 : weightDecay
    let decoupled = isDecoupled ? weightDecay : 0
    var first = memory[0]
    var second = memory[1]
    memory = []  // otherwise the two are shared, and copied
    for i in weights.indices {
      let gradient = gradients[i] + coupled * mask.decays[i] * weights[i]
      first[i] += (1 - beta1) * (gradient - first[i])
      second[i] += (1 - beta2) * (gradient * gradient - second[i])
      let direction = first[i] * firstCorrection / ((second[i] * secondCorrection).squareRoot() + epsilon)
      weights[i] -= mask.trains[i] * learningRate * (direction + decoupled * mask.decays[i] * weights[i])
    }
    memory = [first, second]
  }

  private func power(_ base: Float, _ exponent: Int) -> Float {
    var result: Float = 1
    var square = base
    var rest = exponent
    while rest > 0 {
      if rest & 1 == 1 { result *= square }
      square *= square
      rest >>= 1
    }
    return result
  }
}
