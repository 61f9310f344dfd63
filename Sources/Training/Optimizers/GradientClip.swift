/// Limits the norm of gradients (Pascanu, Mikolov and Bengio 2013).
enum GradientClip {
  /// Scales all gradients by one factor so that their Euclidean norm is at most `longest`.
  static func apply(_ gradients: inout [Float], longest: Float) {
    var square = 0.0
    for gradient in gradients { square += Double(gradient) * Double(gradient) }
    let norm = Float(square.squareRoot())
    guard norm > longest else { return }
    let scale = longest / norm
    for i in gradients.indices { gradients[i] *= scale }
  }
}
