import Models
import Streaming

extension Recognizer {
  /// Predictions of the networks, individually and together (`ensemble`), for some clips of a dataset.
  ///
  /// - Parameters:
  ///   - clips: by index into the dataset's corpus, whose labels are the recognizer's.
  ///   - before: the session history before each clip.
  ///   - profile: at the beginning of every session; `calibration` has its own.
  /// - Returns: a prediction for each clip, in their order.
  public func predictions(
    _ dataset: Dataset, _ clips: [Int], before: SessionHistory = .nothing, profile: VoiceProfile? = nil
  ) -> [Prediction] {
    var predictions = clips.map { Prediction(dataset.corpus.clips[$0]) }
    for network in networks where network.configuration.target == .emotion {
      var evaluator = Evaluator(only(network), dataset, profile: profile)
      for (index, result) in evaluator.recognize(clips, before: before).enumerated() {
        predictions[index].emotions[network.configuration.name] = result.prediction.probabilities
      }
    }
    var evaluator = Evaluator(self, dataset, profile: profile)
    for (index, result) in evaluator.recognize(clips, before: before).enumerated() {
      predictions[index].emotions["ensemble"] = result.prediction.probabilities
      predictions[index].genders = result.genders
    }
    return predictions
  }

  /// Evaluates the networks, individually and together, on some clips of a dataset; see `predictions`.
  public func evaluate(_ dataset: Dataset, _ clips: [Int], before: SessionHistory = .nothing) -> [String: Evaluation] {
    predictions(dataset, clips, before: before).evaluations(labels)
  }

  /// A recognizer with only one of the emotion networks.
  func only(_ network: Network) -> Recognizer {
    var configuration = configuration
    configuration.networks = [network.configuration]
    return Recognizer(
      configuration: configuration, labels: labels, statistics: statistics, offsets: offsets, networks: [network],
      ensemble: Ensemble(weights: [1]), provenance: provenance)
  }
}
