import Glibc
import Support

/// An open file with random access to its bytes; closed with its last owner.
final class RegularFile {
  /// Bytes in the file when it was opened.
  let count: Int
  // SAFETY: owned by this object, closed in `deinit`.
  private let descriptor: Int32

  /// Takes ownership of the descriptor.
  ///
  /// - Parameter count: bytes in the file.
  init(descriptor: Int32, count: Int) {
    self.descriptor = descriptor
    self.count = count
  }

  deinit { close(descriptor) }

  /// Reads bytes into `buffer`.
  ///
  /// - Returns: the number of bytes read: fewer than the size of the buffer at the end of the file and after read
  ///   errors.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    buffer.readAll(from: descriptor, at: offset).count
  }
}

/// Gives access to single bytes of a file through larger reads.
struct ByteWindow {
  let file: RegularFile
  private var window: [UInt8]
  /// The position of the window's first byte in the file.
  private var start = 0
  private var filled = 0

  /// - Parameter size: bytes of a piece.
  init(_ file: RegularFile, size: Int = 16_384) {
    self.file = file
    window = [UInt8](repeating: 0, count: size)
  }

  /// Bytes in the file.
  var count: Int { file.count }

  /// Returns bytes at an offset; nil where the file ends before.
  ///
  /// - Parameter count: at most the size of a piece.
  mutating func bytes(at offset: Int, _ count: Int) -> ArraySlice<UInt8>? {
    guard offset >= 0, count >= 0, count <= self.count - offset else { return nil }
    if offset < start || offset + count > start + filled {
      if count > window.count { window = [UInt8](repeating: 0, count: count) }
      start = offset
      let file = file
      filled = window.withUnsafeMutableBytes { file.read(at: offset, into: $0) }
      guard count <= filled else { return nil }
    }
    return window[(offset - start)..<(offset - start + count)]
  }

  /// Four characters, if they are printable ASCII; otherwise nil.
  mutating func tag(at offset: Int) -> String? {
    guard let bytes = bytes(at: offset, 4), bytes.allSatisfy({ 0x20..<0x7F ~= $0 }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An unsigned little-endian number.
  mutating func little(at offset: Int, _ width: Int) -> UInt64? {
    bytes(at: offset, width)?.littleEndian
  }

  /// An unsigned big-endian number.
  mutating func big(at offset: Int, _ width: Int) -> UInt64? {
    bytes(at: offset, width)?.bigEndian
  }

  /// Whether all bytes from here to the end are zero; false for more than a few thousand bytes.
  mutating func isPadding(from offset: Int) -> Bool {
    let rest = count - offset
    guard rest <= 4096 else { return false }
    return rest <= 0 || bytes(at: offset, rest)?.allSatisfy { $0 == 0 } ?? false
  }
}

extension Collection<UInt8> {
  /// The unsigned little-endian number in up to eight bytes.
  var littleEndian: UInt64 { reversed().bigEndian }

  /// The unsigned big-endian number in up to eight bytes.
  var bigEndian: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }
}
