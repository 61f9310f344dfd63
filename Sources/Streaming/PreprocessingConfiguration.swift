/// What `Preprocessor` does to the sound before its features are computed. All of it is off where it is left out.
public struct PreprocessingConfiguration: Codable, Sendable, Equatable {
  /// Whether steady noise is reduced.
  public var denoise = false
  /// How far noise is reduced at most, in dB, -60…0.
  public var noiseSuppression = -15
  /// Whether speech is brought to one level.
  public var automaticGain = false
  /// The level that speech is brought to, in dB below full scale, -50…-14: RMS while somebody speaks, which voices
  /// differ in by some dB, as speexdsp goes by loudness. -26 dB is the usual level of speech in telephony (ITU-T P.56).
  public var gainTarget: Float = -26

  /// Everything off.
  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case denoise, noiseSuppression, automaticGain, gainTarget
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.denoise, into: &denoise)
    try section.read(.noiseSuppression, into: &noiseSuppression)
    try section.read(.automaticGain, into: &automaticGain)
    try section.read(.gainTarget, into: &gainTarget)
  }

  /// Whether anything is done at all.
  public var isOn: Bool { denoise || automaticGain }

  /// - Throws: a `ConfigurationError` that names the first value outside its range.
  public func validate() throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: "preprocessing", range)
    }
    try require(
      -60...0 ~= noiseSuppression, .noiseSuppression, "between -60 and 0 dB, not \(noiseSuppression)")
    try require(-50 ... -14 ~= gainTarget, .gainTarget, "between -50 and -14 dB, not \(gainTarget)")
  }
}
