import FoundationEssentials
import Models

/// Values in a file's metadata, as JSON.
extension SafeTensors {
  /// A value as JSON text. Equal values give the same text.
  static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Strings, booleans and finite numbers always encode.
    return String(decoding: try! encoder.encode(value), as: UTF8.self)
  }

  /// Reads a value of the metadata.
  ///
  /// - Parameter name: the file's name in error messages.
  /// - Throws: a `CheckpointError` where the value is missing or unreadable.
  func metadata<Value: Decodable>(
    _ key: String, as type: Value.Type, file name: String
  ) throws(CheckpointError) -> Value {
    do {
      return try JSONDecoder().decode(type, from: Data((metadata[key] ?? "").utf8))
    } catch {
      throw CheckpointError("\(name): its metadata '\(key)' cannot be read: \(decodingSentence(error, whole: "they"))")
    }
  }
}
