import Models
import Streaming

/// Loads the model of a command.
enum ModelFile {
  /// The model in a file, or the built-in one.
  static func load(_ path: String?) throws(CheckpointError) -> Recognizer {
    guard let path else { return .builtIn }
    return try Recognizer(SafeTensors(contentsOf: path), name: path)
  }
}
