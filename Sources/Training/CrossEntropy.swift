import Models

/// Softmax cross-entropy with label smoothing (Szegedy et al. 2016): the target is 1 − ε at the label plus ε spread
/// evenly over all labels.
struct CrossEntropy: Sendable {
  /// ε, 0 ..< 1.
  let smoothing: Float

  /// - Parameters:
  ///   - scores: [rows × classes], before the softmax.
  ///   - labels: one per row, 0 ..< classes.
  ///   - gradient: receives the gradient of the mean loss with respect to the scores, [rows × classes].
  /// - Returns: the mean loss of the rows, and how many of them have their highest score at the label.
  func evaluate(_ scores: [Float], labels: [Int], gradient: inout [Float]) -> (loss: Float, correct: Int) {
    let rows = labels.count
    let classes = scores.count / rows
    var logarithms = scores
    gradient = scores
    var probabilities = gradient.mutableSpan
    var loss: Float = 0
    var correct = 0
    let share = smoothing / Float(classes)
    for (row, label) in labels.enumerated() {
      let range = row * classes..<(row + 1) * classes
      VectorMath.softmax(&probabilities, range)
      for i in range { logarithms[i] = max(probabilities[i], .leastNormalMagnitude) }
      var span = logarithms.mutableSpan
      VectorMath.log(&span, range)
      for i in range {
        let target = share + (i - range.lowerBound == label ? 1 - smoothing : 0)
        loss -= target * logarithms[i]
        probabilities[i] = (probabilities[i] - target) / Float(rows)
      }
      if range.allSatisfy({ scores[$0] <= scores[range.lowerBound + label] }) { correct += 1 }
    }
    return (loss / Float(rows), correct)
  }
}
