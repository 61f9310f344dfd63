import Models

/// Softmax cross-entropy with label smoothing (Szegedy et al. 2016): the target is 1 − ε at the label, or in the shares
/// of several, plus ε spread evenly over all labels.
struct CrossEntropy: Sendable {
  /// ε, 0 ..< 1.
  let smoothing: Float

  /// - Parameters:
  ///   - scores: [rows × classes], before the softmax.
  ///   - labels: one per row, 0 ..< classes.
  ///   - targets: how much each row is of each class, [rows × classes], summing to 1 a row; nil for the labels alone.
  ///   - mask: the classes that a row may be, [rows × classes], its label among them: the softmax and the smoothing range
  ///     over these only. nil for all.
  ///   - gradient: receives the gradient of the mean loss with respect to the scores, [rows × classes].
  /// - Returns: the mean loss of the rows, and how many of them have their highest score at the label.
  func evaluate(_ scores: [Float], labels: [Int], targets: [Float]? = nil, mask: [Bool]? = nil, gradient: inout [Float])
    -> (loss: Float, correct: Int)
  {
    let rows = labels.count
    let classes = scores.count / rows
    var logarithms = scores
    gradient = scores
    var probabilities = gradient.mutableSpan
    var loss: Float = 0
    var correct = 0
    for (row, label) in labels.enumerated() {
      let range = row * classes..<(row + 1) * classes
      let share = smoothing / Float(mask.map { mask in range.count { mask[$0] } } ?? classes)
      if let mask {
        // So far below all others that nothing of its power is left.
        for i in range where !mask[i] { probabilities[i] = -.infinity }
      }
      VectorMath.softmax(&probabilities, range)
      for i in range { logarithms[i] = max(probabilities[i], .leastNormalMagnitude) }
      var span = logarithms.mutableSpan
      VectorMath.log(&span, range)
      for i in range {
        if mask?[i] == false {
          probabilities[i] = 0
          continue
        }
        let own: Float = targets?[i] ?? (i - range.lowerBound == label ? 1 : 0)
        let target = share + (1 - smoothing) * own
        loss -= target * logarithms[i]
        probabilities[i] = (probabilities[i] - target) / Float(rows)
      }
      let best = scores[range.lowerBound + label]
      if range.allSatisfy({ scores[$0] <= best || mask?[$0] == false }) { correct += 1 }
    }
    return (loss / Float(rows), correct)
  }
}
