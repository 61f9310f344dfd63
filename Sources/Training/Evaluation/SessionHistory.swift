import Models
import Support

/// The session history of a speaker before a test clip.
public enum SessionHistory: Sendable, Equatable {
  /// No history: every clip is a fresh session.
  case nothing
  /// The speaker's previous test clips, in an order given by the seed: one live session, to which the normaliser adapts
  /// without labels.
  case session(seed: UInt64)
  /// The same, but a separate session for each emotion: a speaker who stays in one emotion.
  case mood(seed: UInt64)
  /// Each test clip is a separate session that begins with a profile from these clips of the speaker, by index into the
  /// corpus, as from `ser-live calibrate`.
  case calibration([String: [Int]])

  /// Divides test clips into sessions, each in playing order.
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

  /// The playing order of the clips of one session.
  static func order(_ clips: [Int], seed: UInt64) -> [Int] {
    var random = RandomSource(seed: seed)
    return clips.shuffled(using: &random)
  }
}
