/// A table of comma-separated values (RFC 4180).
struct CommaSeparated {
  private(set) var bytes: [UInt8] = []
  private var isFirst = true

  /// Adds the next field of the current line; quoted where necessary.
  mutating func add(_ text: String) {
    separate()
    guard text.utf8.contains(where: { [0x22, 0x2C, 0x0A, 0x0D].contains($0) }) else {
      bytes += text.utf8
      return
    }
    bytes.append(0x22)
    for byte in text.utf8 { bytes += byte == 0x22 ? [0x22, 0x22] : [byte] }
    bytes.append(0x22)
  }

  /// Adds a number with enough digits to restore all its bits.
  mutating func add(_ number: Float) {
    separate()
    bytes += number.description.utf8
  }

  /// Adds a number with enough digits to restore all its bits.
  mutating func add(_ number: Double) {
    separate()
    bytes += number.description.utf8
  }

  /// Ends the line.
  mutating func endLine() {
    bytes += [0x0D, 0x0A]
    isFirst = true
  }

  private mutating func separate() {
    if !isFirst { bytes.append(0x2C) }
    isFirst = false
  }
}
