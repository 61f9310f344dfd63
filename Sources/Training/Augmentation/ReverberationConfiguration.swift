import Streaming

/// Room reverberation.
public struct ReverberationConfiguration: Codable, Sendable, Equatable {
  /// Probability of reverberation in a copy, 0…1.
  public var chance: Float = 0.5
  /// RT60 of a simulated room, in seconds, uniformly distributed.
  public var rt60: ClosedRange<Double> = 0.2...0.8
  /// Energy of the direct sound over that of a simulated room's echoes, in dB, uniformly distributed.
  public var direct: ClosedRange<Double> = 0...12
  /// A recorded impulse response, or a folder of them, instead of simulated rooms.
  public var responses: String?

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case chance, rt60, direct, responses
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.chance, into: &chance)
    try section.read(.rt60, into: &rt60)
    try section.read(.direct, into: &direct)
    responses = try section.decodeIfPresent(String.self, forKey: .responses)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  func validate(_ section: String) throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: section, range)
    }
    try require(0...1 ~= chance, .chance, "between 0 and 1, not \(chance)")
    try require((0.05...10).contains(rt60), .rt60, "within [0.05, 10] s, not [\(rt60.lowerBound), \(rt60.upperBound)]")
    try require(
      (-30...60).contains(direct), .direct, "within [-30, 60] dB, not [\(direct.lowerBound), \(direct.upperBound)]")
  }
}
