import Models

/// A complete trained model: configuration, labels, statistics, weights. Streams share it and never change it.
public struct Recognizer: Sendable {
  public private(set) var configuration: RecognizerConfiguration
  public let labels: LabelSet
  /// The reported emotions and their names.
  public private(set) var labelMap: LabelMap
  /// Statistics of the training rows, the initial statistics of every session.
  public let statistics: FeatureStatistics
  /// Effect of each emotion on the statistics of a voice, in the order of the labels; nil where it is unknown.
  public let offsets: EmotionOffsets?
  /// The networks, in the order of the configuration.
  public var networks: [Network] {
    didSet { folded = networks.map(\.folded) }
  }
  /// The networks in the form that streams run: created once, shared by all.
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

  /// Replaces the networks by networks with the same targets.
  ///
  /// - Parameter networks: one for each existing network, in the same order.
  public mutating func replaceNetworks(_ networks: [Network]) {
    precondition(
      networks.map(\.configuration.target) == configuration.networks.map(\.target), "networks of other targets")
    configuration.networks = networks.map(\.configuration)
    self.networks = networks
  }

  /// Replaces the preprocessing that the model was trained with.
  public mutating func replacePreprocessing(_ preprocessing: PreprocessingConfiguration) {
    configuration.preprocessing = preprocessing
  }

  /// Replaces the smoother settings of the model.
  public mutating func replaceSmoother(_ smoother: SmootherConfiguration) {
    configuration.smoother = smoother
  }

  /// Replaces the class priors of the model.
  public mutating func replacePriors(_ priors: EmotionPriors) {
    configuration.priors = priors
  }

  /// Changes the reported names of the emotions, or merges several into one label.
  ///
  /// - Parameter map: of this recognizer's emotions.
  public mutating func report(by map: LabelMap) {
    precondition(map.targets.count == labels.emotions.count, "a map of another model's emotions")
    labelMap = map
  }

  /// The labels in events: `labels` after the label map.
  public var reportedLabels: LabelSet { LabelSet(emotions: labelMap.names, genders: labels.genders) }

  /// Columns of a feature row.
  public var width: Int { statistics.mean.count }
}
