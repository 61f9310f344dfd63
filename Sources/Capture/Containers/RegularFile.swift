import Glibc
import Support

/// An open file whose bytes can be read at any place; closed with its last owner.
final class RegularFile {
  /// Bytes in the file when it was opened.
  let count: Int
  // SAFETY: owned by this object, closed in `deinit`.
  private let descriptor: Int32

  /// Takes the descriptor over.
  ///
  /// - Parameter count: bytes in the file.
  init(descriptor: Int32, count: Int) {
    self.descriptor = descriptor
    self.count = count
  }

  deinit { close(descriptor) }

  /// Reads bytes into `buffer`.
  ///
  /// - Returns: how many were read: fewer than the buffer takes at the end of the file and where it cannot be read.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) -> Int {
    buffer.readAll(from: descriptor, at: offset).count
  }
}

/// Looks at single bytes of a file, and reads it in larger pieces for that.
struct ByteWindow {
  let file: RegularFile
  private var window: [UInt8]
  /// The place of the window's first byte in the file.
  private var start = 0
  private var filled = 0

  /// - Parameter size: bytes of a piece.
  init(_ file: RegularFile, size: Int = 16_384) {
    self.file = file
    window = [UInt8](repeating: 0, count: size)
  }

  /// Bytes in the file.
  var count: Int { file.count }

  /// Some bytes; nil where the file ends before.
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

  /// Four characters, as far as they are printable ASCII; nil elsewhere.
  mutating func tag(at offset: Int) -> String? {
    guard let bytes = bytes(at: offset, 4), bytes.allSatisfy({ 0x20..<0x7F ~= $0 }) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }

  /// An unsigned number, its lowest byte first.
  mutating func little(at offset: Int, _ width: Int) -> UInt64? {
    bytes(at: offset, width)?.littleEndian
  }

  /// An unsigned number, its highest byte first.
  mutating func big(at offset: Int, _ width: Int) -> UInt64? {
    bytes(at: offset, width)?.bigEndian
  }

  /// Whether all bytes from here to the end are zero; only a few thousand are looked at, of more it is not said.
  mutating func isPadding(from offset: Int) -> Bool {
    let rest = count - offset
    guard rest <= 4096 else { return false }
    return rest <= 0 || bytes(at: offset, rest)?.allSatisfy { $0 == 0 } ?? false
  }
}

extension Collection<UInt8> {
  /// The unsigned number in up to eight bytes, the lowest first.
  var littleEndian: UInt64 { reversed().bigEndian }

  /// The unsigned number in up to eight bytes, the highest first.
  var bigEndian: UInt64 { reduce(0) { $0 << 8 | UInt64($1) } }
}
