import Glibc

/// Temperature scaling (Guo et al. 2017): one parameter that matches probabilities to accuracy.
enum Calibration {
  private static let range: ClosedRange<Double> = 0.2...5
  /// With label smoothing, networks are nearly calibrated: the ten actors by pairs of whom the folds of `subject5` are
  /// calibrated have temperatures from 0.7 to 1.3, and 0.97 together (geometric means).
  private static let priorSpeakers = 10

  /// The temperature with the smallest mean negative log-likelihood.
  ///
  /// - Parameter groups: probabilities at temperature 1, and the true label of each. All groups have the same weight,
  ///   regardless of size, so that the largest of several corpora does not dominate. 1 is returned for none.
  static func temperature(_ groups: [[(probabilities: [Float], label: Int)]]) -> Float {
    let groups = groups.filter { !$0.isEmpty }
    guard !groups.isEmpty else { return 1 }
    let scores = groups.flatMap { group in
      group.map { posterior in
        (
          logarithms: posterior.probabilities.map { log(max(Double($0), 1e-12)) }, label: posterior.label,
          weight: 1 / Double(group.count)
        )
      }
    }
    func loss(_ logTemperature: Double) -> Double {
      let inverse = exp(-logTemperature)
      return scores.reduce(0) { sum, score in
        let scaled = score.logarithms.map { $0 * inverse }
        let highest = scaled.max()!
        let total = scaled.reduce(0) { $0 + exp($1 - highest) }
        return sum - score.weight * (scaled[score.label] - highest - log(total))
      }
    }
    // The loss has one minimum in the inverse temperature, which golden-section search finds.
    let golden = (5.0.squareRoot() - 1) / 2
    var low = log(range.lowerBound)
    var high = log(range.upperBound)
    while high - low > 1e-4 {
      let left = high - golden * (high - low)
      let right = low + golden * (high - low)
      if loss(left) < loss(right) { high = right } else { low = left }
    }
    return Float(exp((low + high) / 2))
  }

  /// Shrinks a temperature that was fitted on few speakers: its logarithm is weighted by their number, against
  /// `priorSpeakers` speakers with temperature 1.
  ///
  /// The confidence of a network depends on the voice more than on the network: docs/experiments.md, "How sure".
  ///
  /// - Parameter speakers: 0 or more.
  static func drawnTowardsOne(_ temperature: Float, speakers: Int) -> Float {
    powf(temperature, Float(speakers) / Float(speakers + priorSpeakers))
  }
}
