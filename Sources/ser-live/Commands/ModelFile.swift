import Models
import Streaming

/// Where a command finds the model it works with.
enum ModelFile {
  /// The model in a file, or the one that is part of the program.
  static func load(_ path: String?) throws(CheckpointError) -> Recognizer {
    guard let path else { return .builtIn }
    return try Recognizer(SafeTensors(contentsOf: path), name: path)
  }
}
