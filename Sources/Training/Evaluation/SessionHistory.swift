import Models
import Support

/// What the normaliser has heard of a speaker before a test clip.
public enum SessionHistory: Sendable, Equatable {
  /// Nothing: every clip is a fresh session.
  case nothing
  /// The speaker's other test clips that went before, in an order drawn by the seed: one live session, to which the
  /// normaliser adapts without labels.
  case session(seed: UInt64)
  /// The same, but a session of its own for each emotion: somebody who stays in one mood.
  case mood(seed: UInt64)
  /// Each test clip is a session of its own that begins with a profile made of these clips of the speaker, by index into
  /// the corpus: what `ser-live calibrate` makes of them.
  case calibration([String: [Int]])

  /// Cuts test clips into sessions, each in the order in which it is played.
  ///
  /// - Parameter clips: by index into the corpus.
  func sessions(_ clips: [Int], of corpus: Corpus) -> [[Int]] {
    func drawn(_ sessions: [some Hashable: [Int]], _ seed: UInt64) -> [[Int]] {
      sessions.values.map { Self.order($0, seed: seed) }
    }
    return switch self {
    case .nothing, .calibration: clips.map { [$0] }
    case .session(let seed): drawn(Dictionary(grouping: clips) { corpus.clips[$0].speaker }, seed)
    case .mood(let seed):
      drawn(Dictionary(grouping: clips) { [corpus.clips[$0].speaker, String(corpus.clips[$0].emotion)] }, seed)
    }
  }

  /// The order in which the clips of one session are played.
  static func order(_ clips: [Int], seed: UInt64) -> [Int] {
    var random = RandomSource(seed: seed)
    return clips.shuffled(using: &random)
  }
}
