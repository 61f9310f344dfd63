import ArgumentParser
import Training

/// What the clips of a speaker are to one another in a test, where they are not each a fresh session.
enum TestedSessions: String, EnumerableFlag, Codable {
  case session, mood

  static func help(for value: TestedSessions) -> ArgumentHelp? {
    switch value {
    case .session: "Test the clips of each speaker as one session, in random order."
    case .mood: "Test the clips of each speaker as one session per emotion."
    }
  }

  /// What clips of one session have in common.
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
