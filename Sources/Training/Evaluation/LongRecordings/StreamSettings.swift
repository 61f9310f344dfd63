import Streaming

/// How clips are joined into long recordings.
public struct StreamSettings: Sendable, Equatable, Codable {
  /// Of the order of the clips, the pauses and the noise.
  public var seed: UInt64
  /// Noise throughout, in the pauses and under the speech; nil for pauses that are silent or have a room's low noise, and
  /// clips as they are.
  public var noise: Noise?
  /// A recording, or a folder of recordings, for `recorded`.
  public var recordings: String?
  /// Mean power of a speaker's voice over that of the noise, in dB.
  public var snr: Double

  /// Seconds between clips, before the first and behind the last, drawn evenly.
  static let pauses: ClosedRange<Float> = 1...3
  /// Of a room's noise in half of the pauses, in dB below full scale: a quiet office before an ordinary microphone.
  static let roomLevel = -60.0

  public init(seed: UInt64 = 46, noise: Noise? = nil, recordings: String? = nil, snr: Double = 20) {
    precondition((noise == .recorded) == (recordings != nil), "recordings for recorded noise, and only for it")
    self.seed = seed
    self.noise = noise
    self.recordings = recordings
    self.snr = snr
  }
}
