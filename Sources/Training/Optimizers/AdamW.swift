import Models

/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), after the gradient was clipped to a longest norm.
struct AdamW: Sendable {
  static let firstDecay: Float = 0.9
  static let secondDecay: Float = 0.999
  static let epsilon: Float = 1e-8

  /// Running means of the gradient and of its square.
  var first: [Float]
  var second: [Float]
  /// Steps made.
  var step = 0
  /// 1 where weight decay acts, else 0; and 1 where the optimiser acts at all.
  private let decays: [Float]
  private let trains: [Float]
  private let weightDecay: Float
  private let gradientClip: Float

  init(_ parameters: [Parameter], weightDecay: Float, gradientClip: Float) {
    decays = parameters.flatMap { Array(repeating: $0.decays ? Float(1) : 0, count: $0.count) }
    trains = parameters.flatMap { Array(repeating: $0.isTrainable ? Float(1) : 0, count: $0.count) }
    first = Array(repeating: 0, count: decays.count)
    second = first
    self.weightDecay = weightDecay
    self.gradientClip = gradientClip
  }

  /// Moves the weights against the gradient.
  mutating func update(_ weights: inout [Float], gradients: [Float], learningRate: Float) {
    step += 1
    var square = 0.0
    for gradient in gradients { square += Double(gradient) * Double(gradient) }
    let norm = Float(square.squareRoot())
    let scale = norm > gradientClip ? gradientClip / norm : 1
    let firstCorrection = 1 / (1 - power(Self.firstDecay, step))
    let secondCorrection = 1 / (1 - power(Self.secondDecay, step))
    for i in weights.indices {
      let gradient = gradients[i] * scale
      first[i] += (1 - Self.firstDecay) * (gradient - first[i])
      second[i] += (1 - Self.secondDecay) * (gradient * gradient - second[i])
      let direction = first[i] * firstCorrection / ((second[i] * secondCorrection).squareRoot() + Self.epsilon)
      weights[i] -= trains[i] * learningRate * (direction + weightDecay * decays[i] * weights[i])
    }
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
