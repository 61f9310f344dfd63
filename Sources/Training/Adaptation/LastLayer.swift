import Glibc

/// A dense last layer that is fitted to a few examples: logistic regression with a penalty on the distance from the
/// trained weights.
///
/// It minimises Σ wᵢ · −log softmax(s(xᵢ) / T + log n)[yᵢ] + λ ‖W − W₀‖². W includes the biases, and n is the total
/// weight of each label's examples: the frequency of a label among corrections does not predict its frequency in use
/// (logit adjustment: Menon et al. 2021). A label without examples is excluded, and keeps its weights. The loss is a
/// sum, not a mean, so that more examples can move the layer further. It is strongly convex, so there is one minimum.
struct LastLayer: Sendable {
  /// The layer's input for one utterance, and the correct label.
  struct Example: Sendable {
    /// [inputs]
    var features: [Float]
    /// 0 ..< outputs
    var label: Int
    /// Weight of the example, 0…
    var weight: Float
  }

  let inputs: Int
  let outputs: Int
  /// [outputs × inputs], then [outputs] biases, as in a dense layer.
  let weights: [Float]
  /// Divides the scores before the softmax.
  let temperature: Float

  /// The weights fitted to the examples.
  ///
  /// - Parameter penalty: λ, above 0.
  /// - Returns: the unchanged weights where there are no examples.
  func fitted(to examples: [Example], penalty: Double) -> [Float] {
    precondition(penalty > 0, "without a pull there may be no minimum")
    let start = weights.map(Double.init)
    let examples = examples.map { example in
      (features: example.features.map(Double.init), label: example.label, weight: Double(example.weight))
    }
    var counts = [Double](repeating: 0, count: outputs)
    for example in examples { counts[example.label] += example.weight }
    // −∞ for a label without examples, whose share is therefore 0.
    let frequencies = counts.map { log($0) }
    /// Loss and gradient.
    func evaluate(_ v: [Double]) -> (loss: Double, gradient: [Double]) {
      var loss = 0.0
      var gradient = [Double](repeating: 0, count: v.count)
      for i in v.indices {
        let move = v[i] - start[i]
        loss += penalty * move * move
        gradient[i] = 2 * penalty * move
      }
      for example in examples {
        var scores = (0..<outputs).map { label in
          var score = v[outputs * inputs + label]
          for i in 0..<inputs { score += v[label * inputs + i] * example.features[i] }
          return score / Double(temperature) + frequencies[label]
        }
        let highest = scores.max()!
        let total = scores.reduce(0) { $0 + exp($1 - highest) }
        loss -= example.weight * (scores[example.label] - highest - log(total))
        for label in 0..<outputs {
          scores[label] = exp(scores[label] - highest) / total - (label == example.label ? 1 : 0)
          let error = example.weight * scores[label] / Double(temperature)
          gradient[outputs * inputs + label] += error
          for i in 0..<inputs { gradient[label * inputs + i] += error * example.features[i] }
        }
      }
      return (loss, gradient)
    }
    var v = start
    var now = evaluate(v)
    var rate = 1 / (2 * penalty)
    for _ in 0..<Self.mostSteps {
      let slope = now.gradient.reduce(0) { $0 + $1 * $1 }
      // The curvature of the loss is at least 2 λ, which bounds the distance to the minimum.
      if slope.squareRoot() / (2 * penalty) < Self.precision { break }
      let next = zip(v, now.gradient).map { $0 - rate * $1 }
      let tried = evaluate(next)
      // A step is accepted where the loss falls by at least half of the gradient's prediction.
      if tried.loss <= now.loss - 0.5 * rate * slope {
        (v, now) = (next, tried)
        rate *= 2
      } else {
        rate /= 2
      }
    }
    return v.map { Float($0) }
  }

  /// Maximum number of steps.
  private static let mostSteps = 5000
  /// Maximum distance from the minimum: far smaller than any change that affects a prediction.
  private static let precision = 1e-4
}
