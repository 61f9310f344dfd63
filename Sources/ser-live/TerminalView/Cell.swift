/// One cell of a screen.
struct Cell: Sendable, Equatable {
  static let blank = Cell(character: " ", style: CellStyle())

  /// One column wide.
  var character: Unicode.Scalar
  var style: CellStyle
}

/// The style of a character.
struct CellStyle: Sendable, Equatable {
  struct Attributes: OptionSet, Sendable {
    let rawValue: UInt8
    static let bold = Attributes(rawValue: 1)
    static let faint = Attributes(rawValue: 2)
    static let inverse = Attributes(rawValue: 4)
  }

  /// nil: the terminal's default.
  var foreground: Color?
  /// nil: the terminal's default.
  var background: Color?
  var attributes: Attributes = []
}

extension Unicode.Scalar {
  /// Whether every terminal shows it in one column: not if it is invisible, combines with others, or is wide like
  /// Chinese characters and emoji.
  var isSingleWidth: Bool {
    switch properties.generalCategory {
    case .control, .format, .surrogate, .nonspacingMark, .enclosingMark, .spacingMark, .unassigned, .lineSeparator,
      .paragraphSeparator:
      return false
    default: break
    }
    switch value {
    // Wide blocks of Unicode's EastAsianWidth.txt, rounded up.
    case 0x1100...0x115F, 0x231A...0x231B, 0x2E80...0xA4CF, 0xA960...0xA97F, 0xAC00...0xD7A3, 0xF900...0xFAFF,
      0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x16FE0...0x1B2FF, 0x1F000...0x1FBEF, 0x20000...0x3FFFF:
      return false
    default: return true
    }
  }
}
