import Models
import Streaming

extension Recognizer {
  /// How well the networks, one by one and together (`ensemble`), recognise some clips of a dataset.
  ///
  /// - Parameters:
  ///   - clips: by index into the dataset's corpus, whose labels are the recognizer's.
  ///   - session: nil for clips that each are a fresh session, else the seed of the order within sessions.
  public func evaluate(_ dataset: Dataset, _ clips: [Int], session: UInt64? = nil) -> [String: Evaluation] {
    var results: [String: Evaluation] = [:]
    for network in networks where network.configuration.target == .emotion {
      var evaluator = Evaluator(only(network), dataset)
      results[network.configuration.name] = evaluator.evaluate(clips, session: session)
    }
    var evaluator = Evaluator(self, dataset)
    results["ensemble"] = evaluator.evaluate(clips, session: session)
    return results
  }

  /// A recognizer that asks only one of the emotion networks.
  func only(_ network: Network) -> Recognizer {
    var configuration = configuration
    configuration.networks = [network.configuration]
    return Recognizer(
      configuration: configuration, labels: labels, statistics: statistics, networks: [network],
      ensemble: Ensemble(weights: [1]), provenance: provenance)
  }
}
