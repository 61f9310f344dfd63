/// The features that a front end can compute for a row. The raw value is the name in configurations, layouts and column
/// names.
///
/// Spectral features are librosa's (0.10) at `center=False`; see each case.
public enum Feature: String, CaseIterable, Codable, Sendable {
  /// All bins of the spectrum, from 0 to half the sample rate: |`stft`|, squared where the configured `spectrum` is
  /// `power`, on the configured `scale`.
  case spectrogram
  /// The mel bands of that spectrum, on the configured `scale`: `melspectrogram(…)`, in decibels
  /// `power_to_db(…, top_db=None)` or `amplitude_to_db(…, top_db=None)`.
  case mel
  /// Mel-frequency cepstral coefficients: orthonormal DCT-II of the mel bands' logarithm (natural where the `scale` is
  /// `log`, in decibels otherwise), liftered where configured.
  case mfcc
  /// Energy of the 12 pitch classes from C, relative to the strongest: `chroma_stft(tuning=0)`.
  case chroma
  /// Centre of gravity of the magnitude spectrum, in Hz.
  case centroid
  /// Deviation of the magnitude spectrum around its centroid, in Hz.
  case bandwidth
  /// Difference between peaks and valleys in each of seven octave bands, in dB: `spectral_contrast` without its floor
  /// at 80 dB below the recording's maximum, which a stream does not have.
  case contrast
  /// Geometric over arithmetic mean of the power spectrum, 0 (a tone) … 1 (white).
  case flatness
  /// Frequency below which the configured share of the magnitude lies, in Hz.
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

  /// - Throws: a `ConfigurationError` that lists the valid features where the name is unknown.
  public init(from decoder: any Decoder) throws {
    self = try decoder.choice(of: "feature")
  }
}
