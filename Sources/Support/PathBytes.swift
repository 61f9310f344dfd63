/// File names as text that keeps every byte.
///
/// A name in a POSIX file system is a sequence of bytes, which need not be UTF-8; a `String` is always valid Unicode.
/// In the text of a path, each byte outside a valid UTF-8 sequence is therefore one scalar, U+10F700 plus the byte, of
/// a private use area. If a name itself contains scalars of that range, their bytes are treated as invalid. Every
/// sequence of bytes thus has its own text, which converts back to exactly these bytes.
///
/// Paths become text only by `init(pathBytes:)`, and bytes only by `cPath`, for system calls. Output for people and
/// other programs uses `legible`.
extension String {
  /// The scalars that represent bytes.
  private static let standIns: ClosedRange<UInt32> = 0x10F780...0x10F7FF
  private static let standInBase: UInt32 = 0x10F700
  /// The first byte of the representing scalars' UTF-8. Hardly any text contains it, so its absence saves a closer
  /// check.
  private static let rareByte: UInt8 = 0xF4

  /// The text of a path.
  ///
  /// - Parameter bytes: of the system, without a terminating zero.
  package init(pathBytes bytes: some Collection<UInt8>) {
    if let text = String(validating: bytes, as: UTF8.self), !text.utf8.contains(Self.rareByte) {
      self = text
      return
    }
    var text = String.UnicodeScalarView()
    var parser = Unicode.UTF8.ForwardParser()
    var input = bytes.makeIterator()
    var position = bytes.startIndex
    func keep(_ count: Int) {
      for _ in 0..<count {
        text.append(Unicode.Scalar(Self.standInBase + UInt32(bytes[position]))!)
        position = bytes.index(after: position)
      }
    }
    parsing: while true {
      switch parser.parseScalar(from: &input) {
      case .valid(let encoded):
        let scalar = Unicode.UTF8.decode(encoded)
        if Self.standIns.contains(scalar.value) {
          keep(encoded.count)
        } else {
          text.append(scalar)
          position = bytes.index(position, offsetBy: encoded.count)
        }
      case .error(let length): keep(length)
      case .emptyInput: break parsing
      }
    }
    self = String(text)
  }

  /// The text of a zero-terminated path.
  package init(cPath path: UnsafePointer<CChar>) {
    // SAFETY: the caller's string is zero-terminated; it is copied.
    let length = UnsafeRawPointer(path).withMemoryRebound(to: UInt8.self, capacity: 1) { bytes in
      var length = 0
      while bytes[length] != 0 { length += 1 }
      return length
    }
    self.init(pathBytes: UnsafeRawBufferPointer(start: path, count: length))
  }

  /// The bytes of a path.
  package var pathBytes: [UInt8] {
    guard utf8.contains(Self.rareByte) else { return Array(utf8) }
    var bytes: [UInt8] = []
    for scalar in unicodeScalars {
      if Self.standIns.contains(scalar.value) {
        bytes.append(UInt8(scalar.value - Self.standInBase))
      } else {
        bytes += UTF8.encode(scalar)!
      }
    }
    return bytes
  }

  /// The zero-terminated bytes of a path, for system calls.
  ///
  /// Text with a zero in it is no valid path, and gives an empty path, which the system rejects.
  package var cPath: [CChar] {
    let bytes = pathBytes
    return bytes.contains(0) ? [0] : bytes.map { CChar(bitPattern: $0) } + [0]
  }

  /// Whether it contains bytes that are not UTF-8.
  package var hasStrayBytes: Bool {
    utf8.contains(Self.rareByte) && unicodeScalars.contains { Self.standIns.contains($0.value) }
  }

  /// The text with U+FFFD for each byte that is not UTF-8: valid text for people and other programs, but not
  /// convertible back to the path.
  package var legible: String {
    guard hasStrayBytes else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars { text.append(Self.standIns.contains(scalar.value) ? "\u{FFFD}" : scalar) }
    return String(text)
  }
}

extension String {
  /// The path of a name in this folder; the name itself where the folder's path is empty, which is the working
  /// directory.
  package func path(to name: String) -> String {
    isEmpty ? name : utf8.last == UInt8(ascii: "/") ? self + name : "\(self)/\(name)"
  }

  /// Parts of a path between slashes, none of them empty.
  package var pathComponents: [String] {
    // By bytes: a slash followed by a combining mark is one `Character`, which is not equal to a slash.
    utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }

  /// Whether the bytes of a text precede those of another: an order that depends on no locale.
  package static func isOrderedByBytes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }
}
