import Models
import Support

/// Picture files, which are written atomically.
enum PictureFile {
  /// - Throws: an `OperationError` of kind `inputOutput`.
  static func write(_ bytes: [UInt8], to path: String) throws(OperationError) {
    do {
      // A picture can be redrawn at any time.
      try WholeFile.write(bytes, to: path, flushed: false)
    } catch {
      throw OperationError(.inputOutput, "cannot write \(path): \(systemMessage(error.code))")
    }
  }
}
