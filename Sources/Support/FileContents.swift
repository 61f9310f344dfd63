import Glibc

/// Reads whole files.
public enum FileContents {
  /// The bytes of a file.
  ///
  /// - Throws: `OperationError` where the file does not exist or is not readable.
  public static func read(_ path: String) throws(OperationError) -> [UInt8] {
    guard let file = fopen(path.cPath, "re") else {
      throw OperationError(.noInput, "cannot read \(path): \(systemMessage(errno))")
    }
    defer { fclose(file) }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65536)
    while case let count = fread(&buffer, 1, buffer.count, file), count > 0 { bytes += buffer[..<count] }
    guard ferror(file) == 0 else {
      throw OperationError(.inputOutput, "cannot read \(path): \(systemMessage(errno))")
    }
    return bytes
  }

  /// The text of a file, without a byte order mark.
  ///
  /// - Throws: `OperationError` where the file does not exist, is not readable or is not UTF-8.
  public static func text(_ path: String) throws(OperationError) -> String {
    let bytes = try read(path)
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    let content = bytes.dropFirst(bytes.starts(with: mark) ? mark.count : 0)
    if let text = String(validating: content, as: UTF8.self) { return text }
    let lines = content.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    let line = lines.firstIndex { String(validating: $0, as: UTF8.self) == nil } ?? 0
    throw OperationError(.badData, "\(path) line \(line + 1) is not UTF-8: save the file as UTF-8")
  }
}
