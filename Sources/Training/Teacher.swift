import Models
import Streaming

/// Recognizers whose outputs for an augmented clip are targets beside its label: knowledge distillation (Hinton,
/// Vinyals and Dean 2015), with the mean of their posteriors as shares of the target.
public struct Teacher: Sendable {
  /// At least one; all have the statistics of the first.
  let recognizers: [Recognizer]
  /// Weight of the teacher in the target, from 0 to 1; the rest is the label's.
  let share: Float
  /// Divides its scores, above 0: larger values reveal more about the other labels.
  let temperature: Float

  /// - Parameter recognizers: at least one, with the same rows and statistics.
  public init(_ recognizers: [Recognizer], share: Float = 0.5, temperature: Float = 2) {
    precondition(0...1 ~= share && temperature > 0, "a share or temperature outside its range")
    precondition(
      recognizers.allSatisfy { $0.statistics == recognizers[0].statistics } && !recognizers.isEmpty,
      "teachers of other features")
    self.recognizers = recognizers
    self.share = share
    self.temperature = temperature
  }

  /// Its networks with the student's target and input rows.
  struct Voters: Sendable {
    fileprivate let networks: [Network]
    fileprivate let share: Float
    fileprivate let temperature: Float

    /// The shares of each class in a batch's rows: that of the label, and the mean posterior over the allowed classes
    /// of a row.
    func shares(_ rows: [Float], _ layout: SequenceLayout, _ targets: LossTargets) -> [Float] {
      let classes = networks[0].labelCount
      var opinion = [Float](repeating: 0, count: targets.labels.count * classes)
      var pass = Pass.inference
      for network in networks {
        var cache = LayerCache()
        network.forward(rows.span, layout: layout, pass: &pass, cache: &cache)
        var scores = cache.output
        var span = scores.mutableSpan
        for row in targets.labels.indices {
          let range = row * classes..<(row + 1) * classes
          for i in range {
            span[i] = targets.allows(i) ? span[i] / (network.temperature * temperature) : -.infinity
          }
          VectorMath.softmax(&span, range)
        }
        for i in opinion.indices where targets.allows(i) { opinion[i] += scores[i] / Float(networks.count) }
      }
      for row in targets.labels.indices {
        for i in row * classes..<(row + 1) * classes {
          let own = targets.share(at: i, isLabel: i - row * classes == targets.labels[row])
          opinion[i] = (1 - share) * own + share * opinion[i]
        }
      }
      return opinion
    }
  }

  /// nil where it has no network for the target.
  func voters(for network: NetworkConfiguration) -> Voters? {
    let networks = recognizers.flatMap(\.networks).filter {
      $0.configuration.target == network.target && $0.configuration.adaptive == network.adaptive
    }
    return networks.isEmpty ? nil : Voters(networks: networks, share: share, temperature: temperature)
  }
}
