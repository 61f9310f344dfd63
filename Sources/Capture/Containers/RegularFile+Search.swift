import Glibc

extension RegularFile {
  /// Bytes per read when scanning a file.
  private static let pieceSize = 1 << 20

  /// The first occurrence of a sequence of bytes.
  ///
  /// - Parameter range: bytes of the file to search.
  func firstIndex(of pattern: [UInt8], in range: Range<Int>) -> Int? {
    guard range.count >= pattern.count else { return nil }
    var piece = [UInt8](repeating: 0, count: min(Self.pieceSize, range.count))
    var start = range.lowerBound
    while range.upperBound - start >= pattern.count {
      let wanted = min(piece.count, range.upperBound - start)
      let (found, count) = piece.withUnsafeMutableBytes { bytes in
        let count = read(at: start, into: UnsafeMutableRawBufferPointer(rebasing: bytes[..<wanted]))
        return (Self.firstIndex(of: pattern, in: UnsafeRawBufferPointer(rebasing: bytes[..<count])), count)
      }
      if let found { return start + found }
      guard count >= pattern.count else { return nil }
      // A match may span the end of a piece.
      start += count - pattern.count + 1
    }
    return nil
  }

  private static func firstIndex(of pattern: [UInt8], in bytes: UnsafeRawBufferPointer) -> Int? {
    var start = 0
    while bytes.count - start >= pattern.count {
      // SAFETY: the bytes from `start` on lie in `bytes`, and so does any match.
      let rest = bytes.count - start - pattern.count + 1
      guard let match = memchr(bytes.baseAddress! + start, Int32(pattern[0]), rest) else { return nil }
      start = UnsafeRawPointer(match) - bytes.baseAddress!
      if bytes[start..<(start + pattern.count)].elementsEqual(pattern) { return start }
      start += 1
    }
    return nil
  }
}
