import ArgumentParser
import Training

/// The grouping of a speaker's clips into sessions in a test, where each is not a fresh session.
enum TestedSessions: String, EnumerableFlag, Codable {
  case session, mood

  static func help(for value: TestedSessions) -> ArgumentHelp? {
    switch value {
    case .session: "Test the clips of each speaker as one session, in random order."
    case .mood: "Test the clips of each speaker as one session per emotion."
    }
  }

  /// The common property of the clips of one session.
  var sharer: String {
    switch self {
    case .session: "speaker"
    case .mood: "speaker and emotion"
    }
  }

  func sessionHistory(seed: UInt64) -> SessionHistory {
    switch self {
    case .session: .session(seed: seed)
    case .mood: .mood(seed: seed)
    }
  }
}
