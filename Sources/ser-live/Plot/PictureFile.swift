import Models
import Support

/// A picture's file, which is there as a whole or not at all.
enum PictureFile {
  /// - Throws: `OperationError` of kind `inputOutput`.
  static func write(_ bytes: [UInt8], to path: String) throws(OperationError) {
    do {
      // A picture can be drawn again at any time.
      try WholeFile.write(bytes, to: path, flushed: false)
    } catch {
      throw OperationError(.inputOutput, "cannot write \(path): \(systemMessage(error.code))")
    }
  }
}
