/// A key of the view.
enum ViewKey: Equatable {
  case pause, reset, help, quit
  /// Closes an overlay.
  case escape

  /// The keys in bytes that a terminal sent together; ignores unknown ones.
  static func keys(in bytes: some Sequence<UInt8>) -> [ViewKey] {
    var keys: [ViewKey] = []
    var rest = Array(bytes)[...]
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: " "), UInt8(ascii: "p"), UInt8(ascii: "P"): keys.append(.pause)
      case UInt8(ascii: "r"), UInt8(ascii: "R"): keys.append(.reset)
      case UInt8(ascii: "h"), UInt8(ascii: "H"), UInt8(ascii: "?"): keys.append(.help)
      case UInt8(ascii: "q"), UInt8(ascii: "Q"): keys.append(.quit)
      case 0x1B:
        if rest.isEmpty { keys.append(.escape) }
        skipSequence(&rest)
      default: continue
      }
    }
    return keys
  }

  /// Skips the rest of an ESC sequence: an arrow or function key, whose letters are not keys.
  private static func skipSequence(_ rest: inout ArraySlice<UInt8>) {
    guard let introducer = rest.first else { return }
    rest.removeFirst()
    switch introducer {
    // Control sequences end with a byte from 0x40 on (ECMA-48 5.4).
    case UInt8(ascii: "["): rest = rest.drop { $0 < 0x40 }.dropFirst()
    case UInt8(ascii: "O"): rest = rest.dropFirst()
    default: break  // A letter with Alt.
    }
  }
}
