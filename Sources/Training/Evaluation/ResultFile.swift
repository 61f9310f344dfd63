import FoundationEssentials
import Glibc
import Models
import Support

/// Result files, which are written atomically.
package enum ResultFile {
  /// Writes a text.
  ///
  /// - Throws: `inputOutput`.
  package static func write(_ text: String, to path: String) throws(OperationError) {
    do throws(WholeFile.Failure) {
      try WholeFile.write(Array(text.utf8), to: path, flushed: true)
    } catch {
      throw OperationError(.inputOutput, "cannot write \(path): \(systemMessage(error.code))")
    }
  }

  /// Writes a value as human-readable JSON.
  ///
  /// - Throws: `inputOutput`.
  package static func write(json value: some Encodable, to path: String) throws(OperationError) {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    // Strings, booleans and finite numbers always encode.
    try write(String(decoding: try! encoder.encode(value), as: UTF8.self) + "\n", to: path)
  }

  /// Reads a value from JSON.
  ///
  /// - Returns: nil where the file does not exist.
  /// - Throws: `badData` where it does not contain such a value.
  package static func read<Value: Decodable>(_ type: Value.Type, from path: String) throws(OperationError) -> Value? {
    guard access(path.cPath, F_OK) == 0 else { return nil }
    let bytes = try FileContents.read(path)
    do {
      return try JSONDecoder().decode(type, from: Data(bytes))
    } catch {
      throw OperationError(.badData, "\(path) is damaged; remove it to start over: \(error)")
    }
  }
}
