import Capture
import Glibc

/// Reads whole files.
public enum FileContents {
  /// The bytes of a file.
  ///
  /// - Throws: `TrainingError` where there is no such file or it cannot be read.
  public static func read(_ path: String) throws(TrainingError) -> [UInt8] {
    guard let file = fopen(path, "re") else {
      throw TrainingError(.noInput, "cannot read \(path): \(systemMessage(errno))")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    guard ferror(file) == 0 else {
      throw TrainingError(.inputOutput, "cannot read \(path): \(systemMessage(errno))")
    }
    return bytes
  }
}
