import Streaming

/// Settings for joining clips into long recordings.
public struct StreamSettings: Sendable, Equatable, Codable {
  /// Seed of the order of the clips, the pauses and the noise.
  public var seed: UInt64
  /// Noise throughout, in the pauses and under the speech; nil for pauses that are silent or have a room's low noise,
  /// and for unchanged clips.
  public var noise: Noise?
  /// A recording, or a folder of recordings, for `recorded`.
  public var recordings: String?
  /// Signal-to-noise ratio: mean power of a speaker's voice over that of the noise, in dB.
  public var snr: Double

  /// Seconds between clips, before the first and after the last, uniformly distributed.
  static let pauses: ClosedRange<Float> = 1...3
  /// Level of the room noise in half of the pauses, in dB below full scale: a quiet office with an ordinary microphone.
  static let roomLevel = -60.0

  public init(seed: UInt64 = 46, noise: Noise? = nil, recordings: String? = nil, snr: Double = 20) {
    precondition((noise == .recorded) == (recordings != nil), "recordings for recorded noise, and only for it")
    self.seed = seed
    self.noise = noise
    self.recordings = recordings
    self.snr = snr
  }
}
