import Glibc

extension Calibration {
  /// Ensemble weights that minimise the negative log-likelihood of the ensemble at its best temperature.
  ///
  /// An ensemble's scores are Σ vₙ log pₙ with vₙ ≥ 0, where vₙ is the weight over the temperature. The loss is convex
  /// in v, so projected gradient descent finds its minimum; the temperature is fitted afterwards.
  ///
  /// - Parameters:
  ///   - posteriors: each network's probabilities, and the true label of each; equal weights are returned for none.
  ///   - networks: number of networks in the ensemble.
  /// - Returns: weights of 0 or more that sum to 1.
  static func votes(_ posteriors: [(votes: [[Float]], label: Int)], networks: Int) -> [Float] {
    let equal = Array(repeating: 1 / Float(networks), count: networks)
    guard networks > 1, !posteriors.isEmpty else { return equal }
    let scores = posteriors.map { posterior in
      // As in the ensemble: a single network must not veto a label that all others find probable.
      (logarithms: posterior.votes.map { $0.map { log(max(Double($0), 1e-6)) } }, label: posterior.label)
    }
    /// Mean negative log-likelihood and its gradient.
    func evaluate(_ v: [Double]) -> (loss: Double, gradient: [Double]) {
      var loss = 0.0
      var gradient = [Double](repeating: 0, count: networks)
      for (logarithms, label) in scores {
        let vote = logarithms[0].indices.map { k in (0..<networks).reduce(0) { $0 + v[$1] * logarithms[$1][k] } }
        let highest = vote.max()!
        let powers = vote.map { exp($0 - highest) }
        let total = powers.reduce(0, +)
        loss -= vote[label] - highest - log(total)
        for n in 0..<networks {
          let expected = zip(powers, logarithms[n]).reduce(0) { $0 + $1.0 * $1.1 } / total
          gradient[n] += expected - logarithms[n][label]
        }
      }
      let count = Double(scores.count)
      return (loss / count, gradient.map { $0 / count })
    }
    var v = [Double](repeating: 1 / Double(networks), count: networks)
    var now = evaluate(v)
    var rate = 1.0
    for _ in 0..<2000 {
      let next = zip(v, now.gradient).map { max(0, $0 - rate * $1) }
      let move = zip(next, v).map(-)
      let length = move.reduce(0) { $0 + $1 * $1 }
      if length.squareRoot() < 1e-8 { break }
      let tried = evaluate(next)
      // A step is accepted where the loss falls by at least half of the gradient's prediction.
      if tried.loss <= now.loss + 0.5 * zip(now.gradient, move).reduce(0, { $0 + $1.0 * $1.1 }) {
        (v, now) = (next, tried)
        rate *= 2
      } else {
        rate /= 2
      }
    }
    let sum = v.reduce(0, +)
    // Networks worse than uninformative get no weight; if all are, none is better than another.
    return sum > 0 ? v.map { Float($0 / sum) } : equal
  }
}
