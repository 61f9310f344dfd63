import Models

/// How the emotion networks vote.
public struct Ensemble: Codable, Sendable, Equatable {
  /// Weight of each emotion network's log-probabilities, in the order of the networks; they sum to 1.
  public var weights: [Float]
  /// The vote's scores are divided by this before the softmax (temperature scaling).
  public var temperature: Float

  public init(weights: [Float], temperature: Float = 1) {
    self.weights = weights
    self.temperature = temperature
  }

  /// Turns the networks' probabilities into the ensemble's: the softmax of the weighted mean of their logarithms,
  /// divided by the temperature (a logarithmic opinion pool).
  ///
  /// - Parameters:
  ///   - votes: [networks × labels]; their logarithms take their place.
  ///   - result: [labels].
  public func combine(_ votes: inout [Float], into result: inout [Float]) {
    let labels = result.count
    var logarithms = votes.mutableSpan
    for i in logarithms.indices { logarithms[i] = max(logarithms[i], Self.smallestProbability) }
    VectorMath.log(&logarithms, logarithms.indices)
    for label in 0..<labels {
      var score: Float = 0
      for network in weights.indices { score += weights[network] * logarithms[network * labels + label] }
      result[label] = score / temperature
    }
    var scores = result.mutableSpan
    VectorMath.softmax(&scores, 0..<labels)
  }

  /// One network must not veto a label that all others are sure of.
  private static let smallestProbability: Float = 1e-6
}
