import Glibc

/// Normalisation of the level of recordings before recognition.
///
/// Only complete recordings can be normalised: the peak or the loudness of a live stream is unknown.
public enum LevelNormalization: String, CaseIterable, Sendable {
  /// Peak at -1 dB below full scale.
  case peak
  /// Integrated loudness of -23 LUFS (EBU R 128), or less where the peak would exceed -1 dB.
  case loudness

  /// In dB below full scale.
  public static let peakTarget = -1.0
  /// In LUFS.
  public static let loudnessTarget = -23.0

  /// The factor for each sample; nil where the level is undefined: silence, and for the loudness also less than 400 ms.
  ///
  /// - Parameter meter: has processed the whole recording.
  public func gain(_ meter: borrowing LevelMeter) -> Float? {
    guard meter.peak > 0 else { return nil }
    let toPeak = Self.factor(Self.peakTarget) / meter.peak
    switch self {
    case .peak: return toPeak
    case .loudness: return meter.loudness.map { min(toPeak, Self.factor(Self.loudnessTarget - $0)) }
    }
  }

  private static func factor(_ decibels: Double) -> Float { Float(pow(10, decibels / 20)) }
}
