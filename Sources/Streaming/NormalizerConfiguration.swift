/// How the normaliser follows the voice of a session.
///
/// Keys that a configuration leaves out keep their defaults.
public struct NormalizerConfiguration: Codable, Sendable, Equatable {
  /// Seconds of speech that the model's own statistics count for, against those of the session.
  public var prior: Double = 8
  /// Seconds of speech that are remembered at most: what is older fades, so that another speaker is followed.
  public var memory: Double = 60

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case prior, memory
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.prior, into: &prior)
    try section.read(.memory, into: &memory)
  }

  /// - Throws: a `ConfigurationError` that names the first value outside its range.
  public func validate() throws(ConfigurationError) {
    try CodingKeys.prior.require(
      0.1...3600 ~= prior, in: "normalizer", "between 0.1 and 3600 seconds, not \(prior)")
    try CodingKeys.memory.require(
      prior...36000 ~= memory, in: "normalizer", "between the prior \(prior) and 36000 seconds, not \(memory)")
  }
}
