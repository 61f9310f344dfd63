/// How the normaliser follows the voice of a session.
///
/// Keys that a configuration leaves out keep their defaults.
public struct NormalizerConfiguration: Codable, Sendable, Equatable {
  /// Seconds of speech that the model's own statistics count for, against those of the session.
  public var prior: Double = 8
  /// The same, for the means of columns to which a gain adds a constant; nil where they are as all others. With 0 the model's
  /// means count nothing, so that rows do not depend on the level of the sound.
  public var levelPrior: Double?
  /// The same, for the means of the other columns to which a channel (a microphone, an equaliser) adds a constant.
  public var channelPrior: Double?
  /// Seconds of speech that are remembered at most: what is older fades, so that another speaker is followed.
  public var memory: Double = 60
  /// How much of what an utterance's emotion did to its rows, as far as it was recognised, is taken out of what the session
  /// remembers of the voice: 0 nothing, 1 all.
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

  /// - Throws: a `ConfigurationError` that names the first value outside its range.
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
