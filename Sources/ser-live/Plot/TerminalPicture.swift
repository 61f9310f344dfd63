import Glibc

/// A picture of characters.
enum TerminalPicture {
  /// The capabilities of standard output: the size of a terminal, and colours if wanted; otherwise the size in
  /// `COLUMNS` and `LINES`, by default 80 and 24, and no colours.
  static func form(_ output: Output = .standard, variable: (String) -> String? = environment) -> PictureForm {
    let isTerminal = isatty(output.descriptor) == 1
    var size = Terminal(output: output).size()
    func number(_ name: String) -> Int? { isTerminal ? nil : variable(name).flatMap { Int($0) } }
    size.columns = number("COLUMNS") ?? size.columns
    size.rows = number("LINES") ?? size.rows
    return .text(
      // Smaller sizes are illegible, and gnuplot does not draw them. One line is reserved for the shell's prompt.
      columns: min(max(size.columns, 40), 500), rows: min(max(size.rows - 1, 15), 200),
      color: Terminal.redraws(output, variable: variable) && Terminal.Style(variable: variable).color)
  }

  /// The character and colour support of a terminal.
  struct Abilities: Equatable {
    /// Whether areas can be filled with blocks instead of gnuplot's X's.
    var blocks: Bool
    /// Whether all colours are supported; otherwise the 256 of xterm.
    var allColors: Bool

    init(blocks: Bool, allColors: Bool) {
      self.blocks = blocks
      self.allColors = allColors
    }

    init(variable: (String) -> String? = environment) {
      let style = Terminal.Style(variable: variable)
      blocks = style.unicode
      allColors = style.colors == .all
    }
  }

  /// gnuplot's text adapted to a terminal: without a form feed before it, blanks at the ends of its lines and empty
  /// lines after it, and in supported colours.
  static func clean(_ bytes: [UInt8], for abilities: Abilities) -> String {
    let text = String(decoding: bytes, as: UTF8.self).filter { $0 != "\u{0C}" }
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { clean(line: $0, for: abilities) }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func clean(line: Substring, for abilities: Abilities) -> String {
    var result = ""
    /// The current colour, nil for the terminal's default, and the last requested one.
    var (present, wanted): (Substring?, Substring?)
    var blanks = 0
    var rest = line
    while let character = rest.first {
      if character == "\u{1B}", let end = rest.firstIndex(of: "m") {
        let sequence = rest.dropFirst(2)[..<end]
        wanted = sequence.hasPrefix("38;2;") ? sequence.dropFirst(5) : nil
        rest = rest[rest.index(after: end)...]
        continue
      }
      rest.removeFirst()
      if character == " " {
        blanks += 1
        continue
      }
      result += String(repeating: " ", count: blanks)
      blanks = 0
      if wanted != present {
        result += wanted.map { foreground($0, for: abilities) } ?? "\u{1B}[39m"
        present = wanted
      }
      result.append(present != nil && character == "X" && abilities.blocks ? "█" : character)
    }
    return present == nil ? result : result + "\u{1B}[39m"
  }

  /// - Parameter color: red, green and blue in decimal, separated by semicolons.
  private static func foreground(_ color: Substring, for abilities: Abilities) -> String {
    let parts = color.split(separator: ";").compactMap { UInt32($0) }
    guard !abilities.allColors, parts.count == 3 else { return "\u{1B}[38;2;\(color)m" }
    return "\u{1B}[38;5;\(Color(parts[0] << 16 | parts[1] << 8 | parts[2]).paletteIndex)m"
  }
}
