import Streaming

/// How the sound of a clip's copies is changed, in the order of the settings; what is left out is not done.
///
/// All copies of a speaker with the same number are made in the same surroundings (tempo, room, microphone, kind of
/// noise), as clips of one session would be; the stretch of noise and the shift are drawn for each clip.
public struct SoundConfiguration: Codable, Sendable, Equatable {
  /// Faster and higher together, as factors.
  public var speed: VariationConfiguration?
  /// Faster at the same pitch, as factors.
  public var tempo: VariationConfiguration?
  /// Higher at the same tempo, in semitones.
  public var pitch: VariationConfiguration?
  /// Later, in seconds; earlier below 0. What is moved over an end is lost, what is missing is silence.
  public var shift: VariationConfiguration?
  public var reverberation: ReverberationConfiguration?
  /// Gains of a low shelf, a peak and a high shelf, in dB, drawn apart from each other.
  public var equalizer: VariationConfiguration?
  public var noise: NoiseConfiguration?
  /// The band that passes, in Hz, such as [300, 3400] for a telephone's.
  public var bandLimit: VariationConfiguration?
  /// Louder, in dB. What is louder than full scale then is clipped, as a microphone would.
  public var gain: VariationConfiguration?

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case speed, tempo, pitch, shift, reverberation, equalizer, noise, bandLimit, gain
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    func variation(_ key: CodingKeys) throws -> VariationConfiguration? {
      try section.decodeIfPresent(VariationConfiguration.self, forKey: key)
    }
    speed = try variation(.speed)
    tempo = try variation(.tempo)
    pitch = try variation(.pitch)
    shift = try variation(.shift)
    reverberation = try section.decodeIfPresent(ReverberationConfiguration.self, forKey: .reverberation)
    equalizer = try variation(.equalizer)
    noise = try section.decodeIfPresent(NoiseConfiguration.self, forKey: .noise)
    bandLimit = try variation(.bandLimit)
    gain = try variation(.gain)
  }

  /// - Throws: a `ConfigurationError` that names the first value outside its range.
  func validate() throws(ConfigurationError) {
    let section = "training.augmentation.sound"
    try speed?.validate("\(section).speed", within: 0.5...2, "(factors)")
    try tempo?.validate("\(section).tempo", within: 0.5...2, "(factors)")
    try pitch?.validate("\(section).pitch", within: -12...12, "semitones")
    try shift?.validate("\(section).shift", within: -10...10, "s")
    try reverberation?.validate("\(section).reverberation")
    try equalizer?.validate("\(section).equalizer", within: -40...40, "dB")
    try noise?.validate("\(section).noise")
    try bandLimit?.validate("\(section).bandLimit", within: 20...20_000, "Hz")
    try gain?.validate("\(section).gain", within: -60...60, "dB")
  }
}
