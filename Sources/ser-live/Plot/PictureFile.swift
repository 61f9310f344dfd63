import Capture
import Models

/// A picture's file, which is there as a whole or not at all.
enum PictureFile {
  /// - Throws: `PlotError` of kind `inputOutput`.
  static func write(_ bytes: [UInt8], to path: String) throws(PlotError) {
    do {
      // A picture can be drawn again at any time.
      try WholeFile.write(bytes, to: path, flushed: false)
    } catch {
      throw PlotError(.inputOutput, "cannot write \(path): \(systemMessage(error.code))")
    }
  }
}
