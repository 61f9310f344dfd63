import Streaming

/// The learning rate over the steps, with PyTorch's definitions.
///
/// Omitted keys keep their defaults; keys of another schedule are rejected.
public struct ScheduleConfiguration: Codable, Sendable, Equatable {
  /// Schedules, with their names in configurations.
  public enum Name: String, Codable, CaseIterable, Sendable {
    case constant, step, cosine
    case oneCycle = "one_cycle"
  }

  public var name = Name.oneCycle
  /// Of `step`: epochs between two changes.
  public var every = 20
  /// Of `step`: factor of the rate at a change.
  public var factor: Float = 0.1
  /// Of `cosine`: the rate at the end, as a share of the highest.
  public var lowest: Float = 0

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case name, every, factor, lowest
  }

  private var settings: [CodingKeys] {
    switch name {
    case .constant, .oneCycle: []
    case .step: [.every, .factor]
    case .cosine: [.lowest]
    }
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.readName(.name, into: &name)
    let allowed = settings + [.name]
    try section.refuse(CodingKeys.allCases.filter { !allowed.contains($0) }, with: name.rawValue)
    try section.read(.every, into: &every)
    try section.read(.factor, into: &factor)
    try section.read(.lowest, into: &lowest)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(name, forKey: .name)
    let allowed = settings
    if allowed.contains(.every) { try container.encode(every, forKey: .every) }
    if allowed.contains(.factor) { try container.encode(factor, forKey: .factor) }
    if allowed.contains(.lowest) { try container.encode(lowest, forKey: .lowest) }
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: "training.schedule", range)
    }
    try require(1...100_000 ~= every, .every, "between 1 and 100000 epochs, not \(every)")
    try require(factor > 0 && factor <= 1, .factor, "above 0 and at most 1, not \(factor)")
    try require(0...1 ~= lowest, .lowest, "between 0 and 1, not \(lowest)")
  }

  /// - Parameters:
  ///   - highest: the highest rate.
  ///   - warmUp: share of the steps in which one cycle rises.
  func schedule(highest: Float, warmUp: Float, epochs: Int, stepsPerEpoch: Int) -> any Schedule {
    let steps = epochs * stepsPerEpoch
    return switch name {
    case .constant: ConstantRate(highest: highest)
    case .step: StepDecay(highest: highest, every: every * stepsPerEpoch, factor: factor)
    case .cosine: CosineDecay(highest: highest, lowest: lowest * highest, steps: steps)
    case .oneCycle: OneCycle(highest: highest, steps: steps, warmUp: warmUp)
    }
  }
}
