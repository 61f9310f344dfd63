/// Converts canvases to terminal output: only the changes, as one write.
struct ScreenWriter: Sendable {
  private let colors: Terminal.Colors
  private let unicode: Bool
  /// The terminal's content; nil where unknown.
  private var shown: Canvas?

  /// - Parameter unicode: whether the terminal supports characters beyond ASCII.
  init(colors: Terminal.Colors, unicode: Bool = true) {
    self.colors = colors
    self.unicode = unicode
  }

  /// Invalidates the terminal's content: the next canvas is drawn completely.
  mutating func forget() { shown = nil }

  /// - Returns: The bytes to write to the terminal; empty where it already shows `next`.
  mutating func update(to next: Canvas) -> [UInt8] {
    var bytes: [UInt8] = []
    let isKnown = shown.map { $0.columns == next.columns && $0.rows == next.rows } ?? false
    // An erased screen is blank.
    let previous = isKnown ? shown! : Canvas(columns: next.columns, rows: next.rows)
    var style = CellStyle()
    for row in 0..<next.rows {
      var cursor = -1
      for column in 0..<next.columns {
        let index = row * next.columns + column
        let cell = next.cells[index]
        guard cell != previous.cells[index] else { continue }
        if cursor != column { bytes += "\u{1B}[\(row + 1);\(column + 1)H".utf8 }
        if cell.style != style {
          bytes += sequence(for: cell.style).utf8
          style = cell.style
        }
        bytes += UTF8.encode(unicode ? cell.character : LocaleText.ascii(cell: cell.character))!
        cursor = column + 1
      }
    }
    shown = next
    if bytes.isEmpty && isKnown { return [] }
    if style != CellStyle() { bytes += "\u{1B}[0m".utf8 }
    // Between the outer two sequences, terminals with synchronised output do not refresh; others ignore them.
    return Array("\u{1B}[?2026h\(isKnown ? "" : "\u{1B}[0m\u{1B}[2J")".utf8) + bytes + Array("\u{1B}[?2026l".utf8)
  }

  /// Select Graphic Rendition (ECMA-48 8.3.117), starting from a reset.
  private func sequence(for style: CellStyle) -> String {
    var parameters = "0"
    if style.attributes.contains(.bold) { parameters += ";1" }
    if style.attributes.contains(.faint) { parameters += ";2" }
    if style.attributes.contains(.inverse) { parameters += ";7" }
    if let color = style.foreground { parameters += color.parameters(plane: 3, colors) }
    if let color = style.background { parameters += color.parameters(plane: 4, colors) }
    return "\u{1B}[\(parameters)m"
  }
}

extension Color {
  /// Parameters of Select Graphic Rendition.
  ///
  /// - Parameter plane: 3 for the foreground, 4 for the background.
  fileprivate func parameters(plane: Int, _ colors: Terminal.Colors) -> String {
    switch colors {
    case .none: ""
    case .palette: ";\(plane)8;5;\(paletteIndex)"
    case .all: ";\(plane)8;2;\(red);\(green);\(blue)"
    }
  }

  /// The nearest colour in xterm's 6 × 6 × 6 cube, as an index into its 256 colours.
  var paletteIndex: Int {
    // The levels of the cube are 0, 95, 135, 175, 215 and 255.
    func step(_ value: UInt8) -> Int { value < 48 ? 0 : value < 115 ? 1 : min((Int(value) - 35) / 40, 5) }
    return 16 + 36 * step(red) + 6 * step(green) + step(blue)
  }
}
