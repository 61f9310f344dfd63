import CDefaultModel
import Models
import Streaming

/// Where a command finds the model it works with.
enum ModelFile {
  /// The model in a file, or the one that is part of the program.
  static func load(_ path: String?) throws(CheckpointError) -> Recognizer {
    guard let path else {
      let name = "the built-in model"
      // SAFETY: the array has that many bytes and lives as long as the program.
      let bytes = UnsafeBufferPointer(start: ser_default_model_start(), count: ser_default_model_size)
      return try Recognizer(SafeTensors(bytes.span, name: name), name: name)
    }
    return try Recognizer(SafeTensors(contentsOf: path), name: path)
  }
}
