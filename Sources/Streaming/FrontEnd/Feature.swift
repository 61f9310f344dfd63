/// What a front end can compute for a row. The raw value is the name in configurations, layouts and column names.
///
/// Spectral features are librosa's (0.10) at `center=False`; see each case.
public enum Feature: String, CaseIterable, Codable, Sendable {
  /// 10·log₁₀(max(10⁻¹⁰, power)) of each mel band, in dB: `power_to_db(melspectrogram(…), top_db=None)`.
  case logMel = "log_mel"
  /// Mel-frequency cepstral coefficients: orthonormal DCT-II of `log_mel`.
  case mfcc
  /// Energy of the 12 pitch classes from C, relative to the strongest: `chroma_stft(tuning=0)`.
  case chroma
  /// Centre of gravity of the magnitude spectrum, in Hz.
  case centroid
  /// Deviation of the magnitude spectrum around its centroid, in Hz.
  case bandwidth
  /// Geometric over arithmetic mean of the power spectrum, 0 (a tone) … 1 (white).
  case flatness
  /// Frequency below which the configured part of the magnitude lies, in Hz.
  case rolloff
  /// Sign changes per sample of the window, 0 … 1.
  case zeroCrossingRate = "zero_crossing_rate"
  /// Root mean square of the window's samples, linear.
  case rms
  /// RMS in dB below full scale (0 is a full-scale square wave), at least -120.
  case level
  /// Fundamental frequency in Hz; 0 where unvoiced.
  case pitch
  /// log₂(pitch / 100 Hz) · voicing; 0 where unvoiced.
  case logPitch = "log_pitch"
  /// Strength of the periodicity, 0 (none) … 1 (exactly periodic).
  case voicing
  /// Flatness in dB (10·log₁₀), at most 0.
  case logFlatness = "log_flatness"

  /// - Throws: `ConfigurationError` naming the valid features where the name is unknown.
  public init(from decoder: any Decoder) throws {
    let name = try decoder.singleValueContainer().decode(String.self)
    guard let feature = Feature(rawValue: name) else {
      let valid = Feature.allCases.map(\.rawValue).joined(separator: ", ")
      throw ConfigurationError(key: "features", message: "there is no feature ‘\(name)’; valid are \(valid)")
    }
    self = feature
  }
}
