import Streaming
import Yams

/// Readable, single-line sentences for YAML errors.
enum YAMLSentence {
  static func make(_ error: any Error) -> String {
    decodingSentence(error, whole: "the file") { cause in
      guard let cause = cause as? YamlError else { return "\(cause)" }
      // Yams's messages have several lines, the last of which points at the place in the one before.
      let lines = "\(cause)".split(separator: "\n").map { $0.drop { $0 == " " } }
      return lines.filter { $0 != "^" }.joined(separator: " ")
    }
  }
}
