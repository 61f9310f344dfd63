import Models

/// What the normaliser has heard of a speaker before a test clip.
public enum PriorSpeech: Sendable, Equatable {
  /// Nothing: every clip is a fresh session.
  case nothing
  /// The speaker's other test clips that went before, in an order drawn by the seed: one live session, to which the
  /// normaliser adapts without labels.
  case session(seed: UInt64)
  /// Each test clip is a session of its own that begins with a profile made of these clips of the speaker, by index into
  /// the corpus: what `ser-live calibrate` makes of them.
  case calibration([String: [Int]])

  /// The order in which one speaker's clips are played.
  func order(_ clips: [Int]) -> [Int] {
    guard case .session(let seed) = self else { return clips }
    var random = RandomSource(seed: seed)
    return clips.shuffled(using: &random)
  }
}
