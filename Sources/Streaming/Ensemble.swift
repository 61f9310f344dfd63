import Models

/// Weights and temperature that combine the emotion networks.
public struct Ensemble: Codable, Sendable, Equatable {
  /// Weight of each emotion network's log-probabilities, in the order of the networks. The weights sum to 1.
  public var weights: [Float]
  /// Temperature scaling: divides the weighted sum of log-probabilities before the softmax.
  public var temperature: Float

  public init(weights: [Float], temperature: Float = 1) {
    self.weights = weights
    self.temperature = temperature
  }

  /// Combines the networks' probabilities into the ensemble's: the softmax of the weighted mean of their logarithms,
  /// divided by the temperature (a logarithmic opinion pool).
  ///
  /// - Parameters:
  ///   - votes: probabilities per network, [networks × labels]; replaced by their logarithms.
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

  /// Keeps a single network from vetoing a label that all others find probable.
  private static let smallestProbability: Float = 1e-6
}
