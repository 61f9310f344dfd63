import Glibc
import Models

/// Softmax cross-entropy with label smoothing (Szegedy et al. 2016), class weights and focus (Lin et al. 2017).
///
/// With the target t = 1 − ε at the label (or shared by several) plus ε spread evenly over all classes that a row may be
/// of, a row costs −Σ w (1 − p)^γ t ln p over these classes, and a batch the sum of its rows divided by the weights of
/// their labels: at γ = 0 PyTorch's `cross_entropy`.
struct CrossEntropy: Loss {
  /// ε, 0 ..< 1.
  var smoothing: Float = 0
  /// γ: how much less a class counts the better it is recognised, at least 0.
  var gamma: Float = 0
  /// w, one a class; nil where all count the same.
  var classWeights: [Float]?

  func weight(_ targets: LossTargets) -> Float { targets.weight(classWeights) }

  func evaluate(_ scores: [Float], _ targets: LossTargets, total: Float, gradient: inout [Float]) -> Float {
    guard !targets.labels.isEmpty else { return 0 }
    let classes = scores.count / targets.labels.count
    var logarithms = scores
    gradient = scores
    var probabilities = gradient.mutableSpan
    var loss: Float = 0
    // p ∂/∂p of each class's part of the loss.
    var slopes = [Float](repeating: 0, count: classes)
    for (row, label) in targets.labels.enumerated() {
      let start = row * classes
      let range = start..<start + classes
      guard let label else {
        for i in range { probabilities[i] = 0 }
        continue
      }
      // So far below all others that nothing of its power is left.
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
      // Targets that nothing weights sum to 1, whatever rounding makes of it.
      if gamma == 0 && classWeights == nil { sum = -1 }
      for i in range { probabilities[i] = (slopes[i - start] - probabilities[i] * sum) / total }
    }
    return loss / total
  }
}
