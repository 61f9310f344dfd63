import Glibc

/// How recordings are made equally loud before they are heard.
///
/// Only what is whole can be normalised: the peak or the loudness of a sound that is still going on is not known.
public enum LevelNormalization: String, CaseIterable, Sendable {
  /// The largest sample comes to -1 dB below full scale.
  case peak
  /// The integrated loudness comes to -23 LUFS (EBU R 128), or to less where the largest sample would pass -1 dB.
  case loudness

  /// In dB below full scale.
  public static let peakTarget = -1.0
  /// In LUFS.
  public static let loudnessTarget = -23.0

  /// What each sample is to be multiplied by; nil for what has no level: silence, and for the loudness also what is
  /// shorter than 400 ms.
  ///
  /// - Parameter meter: has heard the whole recording.
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
