import Streaming

/// Background noise.
public struct NoiseConfiguration: Codable, Sendable, Equatable {
  /// Probability of noise in a copy, 0…1.
  public var chance: Float = 0.5
  /// Signal-to-noise ratio in dB, uniformly distributed.
  public var snr: ClosedRange<Double> = 5...25
  /// One of these is chosen at random.
  public var kinds: [Noise] = [.white, .pink, .brown, .hum]
  /// A recording, or a folder of recordings, for `recorded`.
  public var recordings: String?

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case chance, snr, kinds, recordings
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.chance, into: &chance)
    try section.read(.snr, into: &snr)
    try section.read(.kinds, into: &kinds)
    recordings = try section.decodeIfPresent(String.self, forKey: .recordings)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  func validate(_ section: String) throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: section, range)
    }
    try require(0...1 ~= chance, .chance, "between 0 and 1, not \(chance)")
    try require((-40...80).contains(snr), .snr, "within [-40, 80] dB, not [\(snr.lowerBound), \(snr.upperBound)]")
    let names = Noise.allCases.map(\.rawValue).joined(separator: ", ")
    try require(!kinds.isEmpty, .kinds, "one or more of \(names)")
    try require(
      kinds.contains(.recorded) == (recordings != nil), .recordings,
      "the path of recordings where the kinds have 'recorded', and only there")
  }
}
