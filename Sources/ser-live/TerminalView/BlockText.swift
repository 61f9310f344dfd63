/// A text in large letters, drawn with block characters.
struct BlockText {
  /// The mapping of dots to characters.
  enum Scale {
    /// One cell per dot: supported by every terminal.
    case cells
    /// Two dots per cell, one above the other: square dots.
    case halves
    /// Four dots per cell: narrow letters.
    case quarters
  }

  /// Characters from top to bottom, in rows of equal length.
  let rows: [[Unicode.Scalar]]

  var width: Int { rows[0].count }

  /// Height of letters in rows.
  static func height(_ scale: Scale) -> Int {
    switch scale {
    case .cells: BlockFont.height
    case .halves, .quarters: (BlockFont.height + 1) / 2
    }
  }

  /// - Returns: nil where the font lacks one of the letters.
  init?(_ text: String, _ scale: Scale) {
    guard let dots = BlockFont.dots(text) else { return nil }
    func isSet(_ row: Int, _ column: Int) -> Int {
      row < dots.count && column < dots[row].count && dots[row][column] ? 1 : 0
    }
    switch scale {
    case .cells: rows = dots.map { row in row.map { $0 ? "#" : " " } }
    case .halves:
      let characters: [Unicode.Scalar] = [" ", "▀", "▄", "█"]
      rows = (0..<Self.height(scale)).map { row in
        dots[0].indices.map { characters[isSet(2 * row, $0) + 2 * isSet(2 * row + 1, $0)] }
      }
    case .quarters:
      // Indexed by the dots on the upper left (1), upper right (2), lower left (4) and lower right (8).
      let characters: [Unicode.Scalar] = [
        " ", "▘", "▝", "▀", "▖", "▌", "▞", "▛", "▗", "▚", "▐", "▜", "▄", "▙", "▟", "█",
      ]
      rows = (0..<Self.height(scale)).map { row in
        stride(from: 0, to: dots[0].count, by: 2).map { column in
          let upper = isSet(2 * row, column) + 2 * isSet(2 * row, column + 1)
          return characters[upper + 4 * isSet(2 * row + 1, column) + 8 * isSet(2 * row + 1, column + 1)]
        }
      }
    }
  }
}
