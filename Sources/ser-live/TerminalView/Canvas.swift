/// A screen of character cells.
///
/// Drawing outside of it has no effect, so callers need not check sizes.
struct Canvas: Sendable, Equatable {
  let columns: Int
  let rows: Int
  /// Row-major.
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

  /// The row's characters without trailing blanks.
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

  /// Writes text from a column on.
  ///
  /// - Parameters:
  ///   - text: characters that are not one column wide become question marks.
  ///   - end: the column where the text is cut off; by default the screen's width.
  /// - Returns: the column after the text.
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

  /// Draws another canvas on this one, with its upper left corner at a position.
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
  /// The scalar, or a question mark for control characters.
  fileprivate var printable: Unicode.Scalar { value < 0x20 || value == 0x7F ? "?" : self }
}
