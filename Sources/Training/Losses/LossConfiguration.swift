import Streaming

/// The loss of a network.
///
/// Omitted keys keep their defaults.
public struct LossConfiguration: Codable, Sendable, Equatable {
  /// Kinds of losses, with their names in configurations.
  public enum Name: String, Codable, CaseIterable, Sendable {
    case crossEntropy = "cross_entropy"
    case meanSquaredError = "mean_squared_error"
  }

  public var name = Name.crossEntropy
  /// γ of the focal loss: reduces the weight of well-recognised classes; 0 for plain cross-entropy.
  public var gamma: Float = 0
  /// Weight of each label of the network's own target.
  public var classWeights = ClassWeights.equal

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name, gamma, classWeights
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.readName(.name, into: &name)
    try section.read(.gamma, into: &gamma)
    try section.read(.classWeights, into: &classWeights)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: "training.loss", range)
    }
    try require(0...10 ~= gamma, .gamma, "between 0 and 10, not \(gamma)")
    try require(gamma == 0 || name == .crossEntropy, .gamma, "0 for \(name.rawValue): only cross_entropy can focus")
    if let weights = classWeights.numbers {
      try require(
        !weights.isEmpty && weights.allSatisfy { $0 > 0 && $0.isFinite }, .classWeights,
        "'equal', 'balanced' or numbers above 0, as a list or by label")
    }
  }

  /// The loss of a head.
  ///
  /// - Parameters:
  ///   - smoothing: probability mass that the targets spread over all labels.
  ///   - classWeights: one per class; nil where they are equal.
  func loss(smoothing: Float, classWeights: [Float]?) -> any Loss {
    switch name {
    case .crossEntropy: CrossEntropy(smoothing: smoothing, gamma: gamma, classWeights: classWeights)
    case .meanSquaredError: MeanSquaredError(smoothing: smoothing, classWeights: classWeights)
    }
  }
}
