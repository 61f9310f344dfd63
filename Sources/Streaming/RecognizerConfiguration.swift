import Models

/// The complete configuration of a recognizer: preprocessing, front end, gate, normaliser, networks, priors and
/// smoother.
///
/// Omitted sections keep their defaults; the networks are required.
public struct RecognizerConfiguration: Codable, Sendable, Equatable {
  public var preprocessing = PreprocessingConfiguration()
  public var frontEnd = FrontEndConfiguration()
  public var gate = SpeechGateConfiguration()
  public var normalizer = NormalizerConfiguration()
  public var priors = EmotionPriors()
  public var smoother = SmootherConfiguration()
  public var networks: [NetworkConfiguration]

  public init(networks: [NetworkConfiguration]) {
    self.networks = networks
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case preprocessing, frontEnd, gate, normalizer, priors, smoother, networks
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    networks = try section.decode([NetworkConfiguration].self, forKey: .networks)
    try section.read(.preprocessing, into: &preprocessing)
    try section.read(.frontEnd, into: &frontEnd)
    try section.read(.gate, into: &gate)
    try section.read(.normalizer, into: &normalizer)
    try section.read(.priors, into: &priors)
    try section.read(.smoother, into: &smoother)
  }

  /// - Throws: a `ConfigurationError` for the first unusable value.
  public func validate() throws(ConfigurationError) {
    try preprocessing.validate()
    try frontEnd.validate()
    try gate.validate()
    try normalizer.validate()
    try priors.validate()
    try smoother.validate()
    // Limits for damaged or careless configurations: 64 MB of rows held back during a pause, and 16 networks.
    let waiting = gate.hangOver * frontEnd.rowRate * Double(FeatureLayout(frontEnd).width)
    guard waiting <= Double(1 << 24) else {
      throw ConfigurationError(
        key: "gate.hangOver",
        message: "the rows of a pause of \(gate.hangOver) seconds have \(Int(waiting)) numbers, but may have \(1 << 24)"
      )
    }
    guard networks.count <= 16 else {
      throw ConfigurationError(key: "networks", message: "there are \(networks.count), but may be 16")
    }
    guard networks.contains(where: { $0.target == .emotion }) else {
      throw ConfigurationError(key: "networks", message: "there is none whose target is 'emotion'")
    }
    // The name is part of array and file names.
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
