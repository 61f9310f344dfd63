import Streaming

/// Random changes of a copy's sound, in the order of the settings; omitted changes are off.
///
/// All copies of a speaker with the same number share an acoustic scene (tempo, room, microphone, kind of noise), like
/// clips of one session. The section of noise and the shift are drawn for each clip.
public struct SoundConfiguration: Codable, Sendable, Equatable {
  /// Factors of speed, which change tempo and pitch together.
  public var speed: VariationConfiguration?
  /// Factors of tempo at the same pitch.
  public var tempo: VariationConfiguration?
  /// Shifts of pitch at the same tempo, in semitones.
  public var pitch: VariationConfiguration?
  /// Shift in time, in seconds; earlier below 0. Samples shifted beyond an end are lost, and gaps are silent.
  public var shift: VariationConfiguration?
  public var reverberation: ReverberationConfiguration?
  /// Gains of a low shelf, a peak and a high shelf, in dB, drawn independently.
  public var equalizer: VariationConfiguration?
  public var noise: NoiseConfiguration?
  /// The band that passes, in Hz, such as [300, 3400] for a telephone's.
  public var bandLimit: VariationConfiguration?
  /// Gain in dB. Samples beyond full scale are clipped, as by a microphone.
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

  /// - Throws: a `ConfigurationError` for the first value outside its range.
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
