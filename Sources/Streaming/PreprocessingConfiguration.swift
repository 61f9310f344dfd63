/// The processing of the signal by `SignalConditioner` before feature extraction. By default only the high-pass is on.
public struct PreprocessingConfiguration: Codable, Sendable, Equatable {
  /// Cutoff of the high-pass, in Hz, 10…200; 0 for none. 40 Hz lies below every voice. The high-pass removes the offset
  /// of cheap sound cards, which would hide quiet speech from the speech gate.
  public var highPass = 40.0
  /// Whether steady noise is reduced.
  public var denoise = false
  /// Maximum noise suppression, in dB, -60…0.
  public var noiseSuppression = -15
  /// Whether automatic gain control is on.
  public var automaticGain = false
  /// Target level of automatic gain control, in dB below full scale, -50…-14: RMS during speech. Voices deviate from it
  /// by some dB, as speexdsp measures loudness. -26 dB is the usual level of speech in telephony (ITU-T P.56).
  public var gainTarget: Float = -26

  /// The defaults.
  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case highPass, denoise, noiseSuppression, automaticGain, gainTarget
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.highPass, into: &highPass)
    try section.read(.denoise, into: &denoise)
    try section.read(.noiseSuppression, into: &noiseSuppression)
    try section.read(.automaticGain, into: &automaticGain)
    try section.read(.gainTarget, into: &gainTarget)
  }

  /// Whether libspeexdsp is needed.
  var usesSpeex: Bool { denoise || automaticGain }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: "preprocessing", range)
    }
    try require(
      highPass == 0 || 10...200 ~= highPass, .highPass, "0, or between 10 and 200 Hz, not \(highPass)")
    try require(
      -60...0 ~= noiseSuppression, .noiseSuppression, "between -60 and 0 dB, not \(noiseSuppression)")
    try require(-50 ... -14 ~= gainTarget, .gainTarget, "between -50 and -14 dB, not \(gainTarget)")
  }
}
