/// The input of the speech gate, computed for every row regardless of the features in the row.
public struct VoiceActivityFeatures: Equatable, Sendable {
  /// RMS in dB below full scale (0 is a full-scale square wave), at least -120.
  public var level: Float
  /// Strength of the periodicity, 0 (none) … 1 (exactly periodic).
  public var voicing: Float
  /// Fundamental frequency in Hz; 0 where unvoiced.
  public var pitch: Float
  /// The highest peaks of the power spectrum.
  public var partials: Partials

  public init(level: Float, voicing: Float, pitch: Float, partials: Partials = .none) {
    self.level = level
    self.voicing = voicing
    self.pitch = pitch
    self.partials = partials
  }
}
