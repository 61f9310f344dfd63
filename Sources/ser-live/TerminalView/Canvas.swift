/// A screen of characters to draw on.
///
/// What would lie outside of it is left out, so drawing needs no regard to sizes.
struct Canvas: Sendable, Equatable {
  let columns: Int
  let rows: Int
  /// Row by row.
  private(set) var cells: [Cell]

  /// - Parameters:
  ///   - columns: 0 or more.
  ///   - rows: 0 or more.
  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: .blank, count: columns * rows)
  }

  /// The cells of a row.
  subscript(row row: Int) -> ArraySlice<Cell> { cells[row * columns..<(row + 1) * columns] }

  /// The row's characters without the blanks at its end.
  func text(row: Int) -> String {
    var text = ""
    for cell in self[row: row] { text.unicodeScalars.append(cell.character) }
    while text.last == " " { text.removeLast() }
    return text
  }

  /// Sets one cell.
  mutating func set(_ character: Unicode.Scalar, row: Int, column: Int, _ style: CellStyle = CellStyle()) {
    guard 0..<rows ~= row, 0..<columns ~= column else { return }
    cells[row * columns + column] = Cell(character: character, style: style)
  }

  /// Writes from a column on, at most up to another.
  ///
  /// - Parameters:
  ///   - text: what is not one column wide becomes a question mark.
  ///   - end: where the text is cut off; the screen's width without it.
  /// - Returns: the column behind the text.
  @discardableResult
  mutating func put(
    _ text: some StringProtocol, row: Int, column: Int, end: Int? = nil, _ style: CellStyle = CellStyle()
  ) -> Int {
    let end = min(end ?? columns, columns)
    var column = column
    for scalar in text.unicodeScalars {
      guard column < end else { break }
      set(scalar.isASCII || scalar.isSingleWidth ? scalar.printable : "?", row: row, column: column, style)
      column += 1
    }
    return column
  }

  /// Puts another canvas on this one, its upper left corner at a place.
  mutating func draw(_ canvas: Canvas, row: Int, column: Int) {
    for line in 0..<canvas.rows {
      for (index, cell) in canvas[row: line].enumerated() {
        set(cell.character, row: row + line, column: column + index, cell.style)
      }
    }
  }

  /// Fills a part of a row.
  mutating func fill(row: Int, columns range: Range<Int>, _ style: CellStyle, with character: Unicode.Scalar = " ") {
    guard 0..<rows ~= row else { return }
    for column in range.clamped(to: 0..<columns) { set(character, row: row, column: column, style) }
  }
}

extension Unicode.Scalar {
  /// The scalar, or a question mark where it would steer the terminal.
  fileprivate var printable: Unicode.Scalar { value < 0x20 || value == 0x7F ? "?" : self }
}
