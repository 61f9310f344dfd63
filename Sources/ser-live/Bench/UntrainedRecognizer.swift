import Models
import Streaming
import Support
import Training

/// The recognizer of an experiment, with initial weights.
enum UntrainedRecognizer {
  /// - Parameter path: of the experiment, as YAML.
  static func make(_ path: String) throws -> Recognizer {
    let experiment = try ExperimentFile.load(path)
    let configuration = experiment.recognizer
    let labels = RAVDESS.labels
    let width = FeatureLayout(configuration.frontEnd).width
    var random = RandomSource(seed: experiment.training.seed)
    var networks: [Network] = []
    for network in configuration.networks {
      networks.append(
        try Network(network, inputWidth: width, outputs: labels[network.target].count, random: &random))
    }
    let voters = configuration.networks.count { $0.target == .emotion }
    return Recognizer(
      configuration: configuration, labels: labels,
      statistics: FeatureStatistics(
        weight: 1, mean: Array(repeating: 0, count: width), variance: Array(repeating: 1, count: width)),
      networks: networks, ensemble: Ensemble(weights: Array(repeating: 1 / Float(voters), count: voters)),
      provenance: Provenance())
  }
}
