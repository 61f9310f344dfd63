import Streaming

/// A random change of a sound: its probability, and the range of its uniformly distributed amount.
public struct VariationConfiguration: Codable, Sendable, Equatable {
  /// Probability of the change in a copy, 0…1.
  public var chance: Float = 0.5
  /// From the smallest to the largest amount; the unit depends on the change.
  public var range: ClosedRange<Double>

  public init(chance: Float = 0.5, range: ClosedRange<Double>) {
    self.chance = chance
    self.range = range
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case chance, range
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    range = try section.decode(ClosedRange<Double>.self, forKey: .range)
    try section.read(.chance, into: &chance)
  }

  /// - Parameters:
  ///   - key: its key in a configuration.
  ///   - limits: the allowed range.
  ///   - unit: of the amount.
  /// - Throws: a `ConfigurationError` for the first value outside its range.
  func validate(_ key: String, within limits: ClosedRange<Double>, _ unit: String) throws(ConfigurationError) {
    try CodingKeys.chance.require(0...1 ~= chance, in: key, "between 0 and 1, not \(chance)")
    try CodingKeys.range.require(
      limits.contains(range), in: key,
      "within [\(limits.lowerBound), \(limits.upperBound)] \(unit), not [\(range.lowerBound), \(range.upperBound)]")
  }
}
