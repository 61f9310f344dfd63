import Models

/// Everything that determines how a recognizer hears: front end, gate, normaliser, networks and smoother.
///
/// Sections that a configuration leaves out keep their defaults, but for the networks.
public struct RecognizerConfiguration: Codable, Sendable, Equatable {
  public var frontEnd = FrontEndConfiguration()
  public var gate = SpeechGateConfiguration()
  public var normalizer = NormalizerConfiguration()
  public var smoother = SmootherConfiguration()
  public var networks: [NetworkConfiguration]

  public init(networks: [NetworkConfiguration]) {
    self.networks = networks
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case frontEnd, gate, normalizer, smoother, networks
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    networks = try section.decode([NetworkConfiguration].self, forKey: .networks)
    try section.read(.frontEnd, into: &frontEnd)
    try section.read(.gate, into: &gate)
    try section.read(.normalizer, into: &normalizer)
    try section.read(.smoother, into: &smoother)
  }

  /// - Throws: a `ConfigurationError` that names the first value that cannot work.
  public func validate() throws(ConfigurationError) {
    try frontEnd.validate()
    try gate.validate()
    try normalizer.validate()
    try smoother.validate()
    guard networks.contains(where: { $0.target == .emotion }) else {
      throw ConfigurationError(key: "networks", message: "there is none whose target is 'emotion'")
    }
    // The name is part of the names of arrays and files.
    let valid = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-")
    for network in networks where network.name.isEmpty || !valid.isSuperset(of: network.name) {
      throw ConfigurationError(
        key: "networks", message: "'\(network.name)' is no name: it consists of letters, digits, _ and -")
    }
    var names: Set<String> = ["ensemble"]
    for network in networks where !names.insert(network.name).inserted {
      throw ConfigurationError(key: "networks", message: "two are called '\(network.name)'")
    }
  }
}

/// What a recognizer's numbers are called.
public struct LabelSet: Codable, Sendable, Equatable {
  /// Names of the emotions, in the order of the probabilities.
  public var emotions: [String]
  /// Names of the genders, likewise.
  public var genders: [String]

  public init(emotions: [String], genders: [String]) {
    self.emotions = emotions
    self.genders = genders
  }

  /// The names that a network with the given target tells apart.
  public subscript(target: Target) -> [String] {
    switch target {
    case .emotion: emotions
    case .gender: genders
    }
  }
}

/// Where a model comes from; for its readers, no part of the program depends on it.
public struct Provenance: Codable, Sendable, Equatable {
  /// The corpora that it was trained on.
  public var corpora: [String] = []
  /// Speakers that took part in the training, in its validation, and in neither.
  public var trainingSpeakers: [String] = []
  public var validationSpeakers: [String] = []
  public var heldOutSpeakers: [String] = []
  /// The terms of the training data, which bind the weights.
  public var licence = ""
  public var seed: UInt64 = 0
  /// Version of the program that trained it.
  public var version = ""

  public init() {}
}

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

/// A trained model, whole: configuration, labels, statistics, weights. Immutable, shared by all streams.
public struct Recognizer: Sendable {
  public let configuration: RecognizerConfiguration
  public let labels: LabelSet
  /// Of the training rows; where every session starts from.
  public let statistics: FeatureStatistics
  /// In the order of the configuration.
  public var networks: [Network]
  public var ensemble: Ensemble
  public var provenance: Provenance

  /// - Parameters: fit the configuration; networks are in its order.
  public init(
    configuration: RecognizerConfiguration, labels: LabelSet, statistics: FeatureStatistics, networks: [Network],
    ensemble: Ensemble, provenance: Provenance
  ) {
    precondition(networks.map(\.configuration) == configuration.networks, "networks other than the configuration's")
    self.configuration = configuration
    self.labels = labels
    self.statistics = statistics
    self.networks = networks
    self.ensemble = ensemble
    self.provenance = provenance
  }

  /// Columns of a feature row.
  public var width: Int { statistics.mean.count }

  /// A copy that smooths, or listens for speech, in another way; networks and front end stay as they were trained.
  public func with(smoother: SmootherConfiguration) -> Recognizer {
    var configuration = configuration
    configuration.smoother = smoother
    return Recognizer(
      configuration: configuration, labels: labels, statistics: statistics, networks: networks, ensemble: ensemble,
      provenance: provenance)
  }
}
