import Streaming

/// One change of a sound: how likely it is, and the range from which its amount is drawn evenly.
public struct VariationConfiguration: Codable, Sendable, Equatable {
  /// Chance that a copy is changed so, 0…1.
  public var chance: Float = 0.5
  /// From the least to the most; what the numbers are depends on the change.
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
  ///   - key: where it stands in a configuration.
  ///   - limits: within which the range must lie.
  ///   - unit: what its numbers are.
  /// - Throws: a `ConfigurationError` that names the first value outside its range.
  func validate(_ key: String, within limits: ClosedRange<Double>, _ unit: String) throws(ConfigurationError) {
    try CodingKeys.chance.require(0...1 ~= chance, in: key, "between 0 and 1, not \(chance)")
    try CodingKeys.range.require(
      limits.contains(range), in: key,
      "within [\(limits.lowerBound), \(limits.upperBound)] \(unit), not [\(range.lowerBound), \(range.upperBound)]")
  }
}
