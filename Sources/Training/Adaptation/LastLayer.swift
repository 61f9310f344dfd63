import Glibc

/// A dense last layer that is fitted to a few examples and keeps close to what it was: logistic regression with a pull
/// towards the weights that training found.
///
/// It makes Σ wᵢ · −log softmax(s(xᵢ) / T + log n)[yᵢ] + λ ‖W − W₀‖² small, where W holds the biases as well and n is, for each
/// label, the weights of its examples: how often a label occurs among corrections says nothing about how often it will
/// (logit adjustment: Menon et al. 2021). A label without an example is out of the comparison, and keeps its weights. The
/// sum, not the mean: with more examples the layer may move further. The loss is strongly convex, so there is one minimum.
struct LastLayer: Sendable {
  /// What comes into the layer for one utterance, and the label that it should give.
  struct Example: Sendable {
    /// [inputs]
    var features: [Float]
    /// 0 ..< outputs
    var label: Int
    /// How much it counts, 0…
    var weight: Float
  }

  let inputs: Int
  let outputs: Int
  /// [outputs × inputs], then [outputs] biases: as a dense layer has them.
  let weights: [Float]
  /// Scores are divided by this before the softmax.
  let temperature: Float

  /// The weights that fit the examples.
  ///
  /// - Parameter penalty: λ, above 0.
  /// - Returns: weights as they are without examples.
  func fitted(to examples: [Example], penalty: Double) -> [Float] {
    precondition(penalty > 0, "without a pull there may be no minimum")
    let start = weights.map(Double.init)
    let examples = examples.map { example in
      (features: example.features.map(Double.init), label: example.label, weight: Double(example.weight))
    }
    var counts = [Double](repeating: 0, count: outputs)
    for example in examples { counts[example.label] += example.weight }
    // Of a label without an example it is −∞, and the share of that is 0.
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
      // The loss curves by 2 λ at least, so the minimum is no further away than this.
      if slope.squareRoot() / (2 * penalty) < Self.precision { break }
      let next = zip(v, now.gradient).map { $0 - rate * $1 }
      let tried = evaluate(next)
      // A step is taken where the loss falls at least half as much as the gradient promises.
      if tried.loss <= now.loss - 0.5 * rate * slope {
        (v, now) = (next, tried)
        rate *= 2
      } else {
        rate /= 2
      }
    }
    return v.map { Float($0) }
  }

  /// Steps at most.
  private static let mostSteps = 5000
  /// How near to the minimum the weights come, as a distance: far less than what a verdict depends on.
  private static let precision = 1e-4
}
