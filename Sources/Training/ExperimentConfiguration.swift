import Models
import Streaming

/// A complete experiment: the recognizer and its training. One file under `configs/`.
public struct ExperimentConfiguration: Codable, Sendable, Equatable {
  /// The recognizer; required.
  public var recognizer: RecognizerConfiguration
  /// The training; omitted keys keep their defaults.
  public var training = TrainingConfiguration()

  package enum CodingKeys: String, CodingKey, CaseIterable {
    case recognizer, training
  }

  public init(recognizer: RecognizerConfiguration) {
    self.recognizer = recognizer
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    recognizer = try section.decode(RecognizerConfiguration.self, forKey: .recognizer)
    try section.read(.training, into: &training)
  }

  /// - Throws: a `ConfigurationError` for the first unusable value.
  public func validate() throws(ConfigurationError) {
    try recognizer.validate()
    try training.validate()
    if let network = recognizer.networks.first(where: { $0.precision != .float }) {
      throw ConfigurationError(
        key: "recognizer.networks",
        message:
          "network '\(network.name)' has the precision \(network.precision.rawValue), but networks learn in single "
          + "precision: leave it out, and make the trained model smaller with `ser-live compress`")
    }
    let names = recognizer.networks.map(\.name)
    if let stray = training.augmentation.networks.keys.sorted().first(where: { !names.contains($0) }) {
      throw ConfigurationError(
        key: "training.augmentation.networks.\(stray)",
        message: "no network has that name; there are \(names.joined(separator: ", "))")
    }
    guard training.sampling == .smote else { return }
    for network in recognizer.networks where !Self.poolings.contains(network.layers.first?.name ?? "") {
      throw ConfigurationError(
        key: "training.sampling",
        message: "smote makes up vectors, but network '\(network.name)' needs sequences: take another sampling, or let "
          + "its layers begin with one of \(Self.poolings.joined(separator: ", "))")
    }
  }

  /// Checks the settings that depend on the labels of a corpus, before its recordings are processed: class weights,
  /// priors, and whether each network can be built.
  ///
  /// - Throws: an `OperationError` for weights; a `ConfigurationError` for priors; the errors of
  ///   `NetworkConfiguration.build` for networks.
  public func validate(for labels: LabelSet) throws {
    try training.loss.classWeights.validate(recognizer.networks, labels)
    // One configuration also serves corpora with fewer emotions than RAVDESS.
    let others = RAVDESS.labels.emotions.filter { !labels.emotions.contains($0) }
    try recognizer.priors.validate(for: labels.emotions + others)
    let width = FeatureLayout(recognizer.frontEnd).width
    for network in recognizer.networks where !labels[network.target].isEmpty {
      _ = try network.build(inputWidth: width, outputs: labels[network.target].count)
    }
  }

  /// Layers without weights that reduce an utterance to one vector.
  private static let poolings = ["functionals", "global_average_pooling", "global_max_pooling"]
}
