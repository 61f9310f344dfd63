/// Names of files as text that keeps every byte.
///
/// A name in a POSIX file system is a sequence of bytes, which need not be UTF-8; a `String` is always valid Unicode. A path
/// is therefore held as a string in which each byte that belongs to no valid UTF-8 sequence stands as one scalar of its own,
/// U+10F700 plus the byte, of a private use area. Scalars of that range which a name itself holds are treated as bytes that
/// are not valid, so the text of every sequence of bytes is different, and gives back exactly these bytes.
///
/// Paths become text in one way, `init(pathBytes:)`, and become bytes again in one way, `cPath`, where a system call takes
/// them. Text that people or programs read has `legible` in place of it.
extension String {
  /// The scalars that stand for bytes.
  private static let standIns: ClosedRange<UInt32> = 0x10F780...0x10F7FF
  private static let standInBase: UInt32 = 0x10F700
  /// The first byte of the standing-in scalars' UTF-8. Hardly any text has it, so its absence spares a closer look.
  private static let rareByte: UInt8 = 0xF4

  /// The text of a path.
  ///
  /// - Parameter bytes: as the system has them, without a zero at the end.
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

  /// The text of a path that ends with a zero.
  package init(cPath path: UnsafePointer<CChar>) {
    // SAFETY: the caller's string ends with a zero; it is copied.
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

  /// The bytes of a path and a zero, for system calls.
  ///
  /// Text with a zero in it is the path of nothing, and gives an empty path, which the system refuses.
  package var cPath: [CChar] {
    let bytes = pathBytes
    return bytes.contains(0) ? [0] : bytes.map { CChar(bitPattern: $0) } + [0]
  }

  /// Whether bytes stand in it that are not UTF-8.
  package var hasStrayBytes: Bool {
    utf8.contains(Self.rareByte) && unicodeScalars.contains { Self.standIns.contains($0.value) }
  }

  /// The text with U+FFFD for each byte that is not UTF-8: valid text for people and other programs, which does not give
  /// the path back.
  package var legible: String {
    guard hasStrayBytes else { return self }
    var text = String.UnicodeScalarView()
    for scalar in unicodeScalars { text.append(Self.standIns.contains(scalar.value) ? "\u{FFFD}" : scalar) }
    return String(text)
  }
}

extension String {
  /// The path of what has this name in a folder; the name itself where the folder's is empty, which is the working one.
  package func path(to name: String) -> String {
    isEmpty ? name : utf8.last == UInt8(ascii: "/") ? self + name : "\(self)/\(name)"
  }

  /// Parts of a path between slashes, none of them empty.
  package var pathComponents: [String] {
    // By bytes: a slash with a combining mark behind it is one `Character`, which is not equal to a slash.
    utf8.split(separator: UInt8(ascii: "/")).map { String(Substring($0)) }
  }

  /// Whether the bytes of a text come before those of another: an order that depends on no table of characters.
  package static func isOrderedByBytes(_ one: String, _ other: String) -> Bool {
    one.utf8.lexicographicallyPrecedes(other.utf8)
  }
}
