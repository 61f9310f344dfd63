/// How the normaliser adapts to the voice of a session.
///
/// Omitted keys keep their defaults.
public struct NormalizerConfiguration: Codable, Sendable, Equatable {
  /// Prior seconds: seconds of speech that the model's own statistics count for, against those of the session.
  public var prior: Double = 8
  /// Prior seconds for the means of columns to which a gain adds a constant; nil to treat them as all others. At 0 the
  /// model's means have no weight, so that rows do not depend on the level of the signal.
  public var levelPrior: Double?
  /// Prior seconds for the means of the other columns to which a channel (a microphone, an equaliser) adds a constant.
  public var channelPrior: Double?
  /// Longest memory, in seconds of speech: older speech fades, so that the statistics follow a new speaker.
  public var memory: Double = 60
  /// The share of an utterance's predicted emotion effect that is removed from the session's statistics: 0 none, 1 all.
  public var compensation: Float = 0

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case prior, levelPrior, channelPrior, memory, compensation
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.prior, into: &prior)
    levelPrior = try section.decodeIfPresent(Double.self, forKey: .levelPrior)
    channelPrior = try section.decodeIfPresent(Double.self, forKey: .channelPrior)
    try section.read(.memory, into: &memory)
    try section.read(.compensation, into: &compensation)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    try CodingKeys.prior.require(
      0.1...3600 ~= prior, in: "normalizer", "between 0.1 and 3600 seconds, not \(prior)")
    for (key, prior) in [(CodingKeys.levelPrior, levelPrior), (.channelPrior, channelPrior)] {
      guard let prior else { continue }
      try key.require(0...3600 ~= prior, in: "normalizer", "between 0 and 3600 seconds, not \(prior)")
    }
    let longest = max(prior, levelPrior ?? 0, channelPrior ?? 0)
    try CodingKeys.memory.require(
      longest...36000 ~= memory, in: "normalizer", "between the prior \(longest) and 36000 seconds, not \(memory)")
    try CodingKeys.compensation.require(
      0...1 ~= compensation, in: "normalizer", "between 0 and 1, not \(compensation)")
  }
}
