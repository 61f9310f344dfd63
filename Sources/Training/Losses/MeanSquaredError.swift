import Models

/// The mean squared distance between probabilities and targets (Brier 1950), after a softmax. Smoothing and class
/// weights as in `CrossEntropy`; each row is weighted by its classes.
struct MeanSquaredError: Loss {
  /// ε, 0 ..< 1.
  var smoothing: Float = 0
  /// One per class; nil where they are equal.
  var classWeights: [Float]?

  func weight(_ targets: LossTargets) -> Float { targets.weight(classWeights) }

  func evaluate(_ scores: [Float], _ targets: LossTargets, total: Float, gradient: inout [Float]) -> Float {
    guard !targets.labels.isEmpty else { return 0 }
    let classes = scores.count / targets.labels.count
    gradient = scores
    var probabilities = gradient.mutableSpan
    var loss: Float = 0
    var errors = [Float](repeating: 0, count: classes)
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
      let share = targets.smoothed(smoothing, in: range)
      let weight = targets.rows([row]).weight(classWeights) / (Float(range.count(where: targets.allows)) * total)
      var expectation: Float = 0
      for i in range {
        guard targets.allows(i) else {
          errors[i - start] = 0
          continue
        }
        let error = probabilities[i] - share - (1 - smoothing) * targets.share(at: i, isLabel: i - start == label)
        loss += weight * error * error
        errors[i - start] = error
        expectation += error * probabilities[i]
      }
      for i in range { probabilities[i] *= 2 * weight * (errors[i - start] - expectation) }
    }
    return loss
  }
}
