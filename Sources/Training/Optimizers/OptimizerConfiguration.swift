import Streaming

/// The optimiser, with PyTorch's definitions.
///
/// Omitted keys keep their defaults; keys of another optimiser are rejected.
public struct OptimizerConfiguration: Codable, Sendable, Equatable {
  /// Optimisers, with their names in configurations.
  public enum Name: String, Codable, CaseIterable, Sendable {
    case sgd, momentum, nesterov, rmsprop, adam, adamw
  }

  public var name = Name.adamw
  /// Of `momentum` and `nesterov`: share of the last step that is kept.
  public var momentum: Float = 0.9
  /// Of `rmsprop`: decay of the running mean of the squared gradient.
  public var alpha: Float = 0.99
  /// Of `adam` and `adamw`: decay of the running mean of the gradient.
  public var beta1: Float = 0.9
  /// Of `adam` and `adamw`: decay of the running mean of its square.
  public var beta2: Float = 0.999
  /// Of `rmsprop`, `adam` and `adamw`: added to the root in the denominator.
  public var epsilon: Float = 1e-8

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name, momentum, alpha, beta1, beta2, epsilon
  }

  private var settings: [CodingKeys] {
    switch name {
    case .sgd: []
    case .momentum, .nesterov: [.momentum]
    case .rmsprop: [.alpha, .epsilon]
    case .adam, .adamw: [.beta1, .beta2, .epsilon]
    }
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.readName(.name, into: &name)
    let allowed = settings + [.name]
    try section.refuse(CodingKeys.allCases.filter { !allowed.contains($0) }, with: name.rawValue)
    try section.read(.momentum, into: &momentum)
    try section.read(.alpha, into: &alpha)
    try section.read(.beta1, into: &beta1)
    try section.read(.beta2, into: &beta2)
    try section.read(.epsilon, into: &epsilon)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    let values: [CodingKeys: Float] = [
      .momentum: momentum, .alpha: alpha, .beta1: beta1, .beta2: beta2, .epsilon: epsilon,
    ]
    for key in settings { try container.encode(values[key], forKey: key) }
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    for (key, value) in [(CodingKeys.momentum, momentum), (.alpha, alpha), (.beta1, beta1), (.beta2, beta2)] {
      try key.require(value >= 0 && value < 1, in: "training.optimizer", "from 0 to below 1, not \(value)")
    }
    try CodingKeys.epsilon.require(
      epsilon > 0 && epsilon <= 1, in: "training.optimizer", "above 0 and at most 1, not \(epsilon)")
  }

  func optimizer(_ mask: ParameterMask, weightDecay: Float) -> any Optimizer {
    switch name {
    case .sgd: SGD(mask, weightDecay: weightDecay)
    case .momentum: SGD(mask, momentum: momentum, weightDecay: weightDecay)
    case .nesterov: SGD(mask, momentum: momentum, isNesterov: true, weightDecay: weightDecay)
    case .rmsprop: RMSProp(mask, alpha: alpha, epsilon: epsilon, weightDecay: weightDecay)
    case .adam, .adamw:
      Adam(
        mask, beta1: beta1, beta2: beta2, epsilon: epsilon, weightDecay: weightDecay, isDecoupled: name == .adamw)
    }
  }
}
