import Models

/// A trained model, whole: configuration, labels, statistics, weights. Streams share it and never change it.
public struct Recognizer: Sendable {
  public private(set) var configuration: RecognizerConfiguration
  public let labels: LabelSet
  /// What of the emotions is reported, by which names.
  public private(set) var labelMap: LabelMap
  /// Of the training rows; where every session starts from.
  public let statistics: FeatureStatistics
  /// What an emotion does to the statistics of a voice, in the order of the labels; nil where that is not known.
  public let offsets: EmotionOffsets?
  /// In the order of the configuration.
  public var networks: [Network] {
    didSet { folded = networks.map(\.folded) }
  }
  /// The networks as streams hear with them: made once, shared by all.
  package private(set) var folded: [InferenceNetwork]
  public var ensemble: Ensemble
  public var provenance: Provenance

  /// - Parameters: fit the configuration; networks are in its order.
  public init(
    configuration: RecognizerConfiguration, labels: LabelSet, statistics: FeatureStatistics,
    offsets: EmotionOffsets? = nil, networks: [Network], ensemble: Ensemble, provenance: Provenance
  ) {
    precondition(networks.map(\.configuration) == configuration.networks, "networks other than the configuration's")
    self.configuration = configuration
    self.labels = labels
    labelMap = LabelMap(labels.emotions)
    self.statistics = statistics
    self.offsets = offsets
    self.networks = networks
    folded = networks.map(\.folded)
    self.ensemble = ensemble
    self.provenance = provenance
  }

  /// Listens with other networks from here on, which tell the same targets.
  ///
  /// - Parameter networks: one for each that there is, in their order.
  public mutating func replaceNetworks(_ networks: [Network]) {
    precondition(
      networks.map(\.configuration.target) == configuration.networks.map(\.target), "networks of other targets")
    configuration.networks = networks.map(\.configuration)
    self.networks = networks
  }

  /// Hears through other preprocessing from here on than what the model was trained with.
  public mutating func replacePreprocessing(_ preprocessing: PreprocessingConfiguration) {
    configuration.preprocessing = preprocessing
  }

  /// Settles its labels by other settings from here on than those that came with the model.
  public mutating func replaceSmoother(_ smoother: SmootherConfiguration) {
    configuration.smoother = smoother
  }

  /// Expects emotions as often from here on as these priors say, in place of those that came with the model.
  public mutating func replacePriors(_ priors: EmotionPriors) {
    configuration.priors = priors
  }

  /// Reports emotions by other names from here on, or several as one.
  ///
  /// - Parameter map: of this recognizer's emotions.
  public mutating func report(by map: LabelMap) {
    precondition(map.targets.count == labels.emotions.count, "a map of another model's emotions")
    labelMap = map
  }

  /// The names that events go by: `labels` as the map has them.
  public var reportedLabels: LabelSet { LabelSet(emotions: labelMap.names, genders: labels.genders) }

  /// Columns of a feature row.
  public var width: Int { statistics.mean.count }
}
