import Glibc
import Models

/// Softmax cross-entropy with label smoothing (Szegedy et al. 2016), class weights and focal loss (Lin et al. 2017).
///
/// The target t is 1 − ε at the label (or divided among several) plus ε spread evenly over the allowed classes of a
/// row. A row costs −Σ w (1 − p)^γ t ln p over these classes. The loss of a batch is the sum over its rows divided by
/// the weights of their labels: at γ = 0 PyTorch's `cross_entropy`.
struct CrossEntropy: Loss {
  /// ε, 0 ..< 1.
  var smoothing: Float = 0
  /// γ: reduces the loss of well-recognised classes, at least 0.
  var gamma: Float = 0
  /// w, one per class; nil where they are equal.
  var classWeights: [Float]?

  func weight(_ targets: LossTargets) -> Float { targets.weight(classWeights) }

  func evaluate(_ scores: [Float], _ targets: LossTargets, total: Float, gradient: inout [Float]) -> Float {
    guard !targets.labels.isEmpty else { return 0 }
    let classes = scores.count / targets.labels.count
    var logarithms = scores
    gradient = scores
    var probabilities = gradient.mutableSpan
    var loss: Float = 0
    // p ∂/∂p of each class's term of the loss.
    var slopes = [Float](repeating: 0, count: classes)
    for (row, label) in targets.labels.enumerated() {
      let start = row * classes
      let range = start..<start + classes
      guard let label else {
        for i in range { probabilities[i] = 0 }
        continue
      }
      // So far below all others that its exponential is 0.
      for i in range where !targets.allows(i) { probabilities[i] = -.infinity }
      VectorMath.softmax(&probabilities, range)
      for i in range { logarithms[i] = max(probabilities[i], .leastNormalMagnitude) }
      var span = logarithms.mutableSpan
      VectorMath.log(&span, range)
      let share = targets.smoothed(smoothing, in: range)
      var sum: Float = 0
      for i in range {
        guard targets.allows(i) else {
          probabilities[i] = 0
          slopes[i - start] = 0
          continue
        }
        let own = (1 - smoothing) * targets.share(at: i, isLabel: i - start == label)
        let target = (share + own) * (classWeights?[i - start] ?? 1)
        let rest = 1 - probabilities[i]
        let focused = gamma == 0 ? 1 : powf(rest, gamma)
        loss -= target * focused * logarithms[i]
        let turn = rest > 0 && gamma > 0 ? gamma * probabilities[i] * logarithms[i] * focused / rest : 0
        slopes[i - start] = target * (turn - focused)
        sum += slopes[i - start]
      }
      // Unweighted targets sum to 1, regardless of rounding.
      if gamma == 0 && classWeights == nil { sum = -1 }
      for i in range { probabilities[i] = (slopes[i - start] - probabilities[i] * sum) / total }
    }
    return loss / total
  }
}
