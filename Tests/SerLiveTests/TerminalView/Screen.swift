@testable import ser_live

/// As much of a terminal as the view uses: text without wrapping, addressing, erasing, attributes, synchronised frames. It
/// notes what it was not expected to get.
struct Screen {
  let columns: Int
  let rows: Int
  private(set) var cells: [Cell]
  private(set) var unexpected: [String] = []
  /// Whether a frame is open.
  private(set) var isHeld = false
  private var (row, column) = (0, 0)
  private var style = CellStyle()

  init(columns: Int, rows: Int) {
    self.columns = columns
    self.rows = rows
    cells = Array(repeating: .blank, count: columns * rows)
  }

  mutating func write(_ text: String) {
    var rest = text.unicodeScalars[...]
    while let scalar = rest.popFirst() {
      guard scalar == "\u{1B}" else {
        if row < rows, column < columns {
          cells[row * columns + column] = Cell(character: scalar, style: style)
          column += 1
        } else {
          unexpected.append("\(scalar) at row \(row), column \(column)")
        }
        continue
      }
      let end = rest.firstIndex { $0.properties.isAlphabetic } ?? rest.index(before: rest.endIndex)
      control(String(rest[...end]))
      rest = rest[rest.index(after: end)...]
    }
  }

  private mutating func control(_ sequence: String) {
    let parameters = sequence.dropFirst().dropLast()
    let numbers = parameters.split(separator: ";").compactMap { Int($0) }
    switch (sequence.first, sequence.last, parameters) {
    case ("[", "H", _) where numbers.count == 2: (row, column) = (numbers[0] - 1, numbers[1] - 1)
    case ("[", "J", "2"): cells = Array(repeating: .blank, count: columns * rows)
    case ("[", "h", "?2026"): isHeld = true
    case ("[", "l", "?2026"): isHeld = false
    case ("[", "m", _): style = Self.style(numbers) ?? note(sequence)
    default: _ = note(sequence)
    }
  }

  private mutating func note(_ sequence: String) -> CellStyle {
    unexpected.append(sequence)
    return style
  }

  private static func style(_ numbers: [Int]) -> CellStyle? {
    guard numbers.first == 0 else { return nil }
    var style = CellStyle()
    var rest = numbers.dropFirst()
    while let number = rest.popFirst() {
      switch number {
      case 1: style.attributes.insert(.bold)
      case 2: style.attributes.insert(.faint)
      case 7: style.attributes.insert(.inverse)
      case 38, 48:
        guard rest.count >= 4, rest.removeFirst() == 2 else { return nil }
        let color = Color(UInt32(rest.removeFirst() << 16 | rest.removeFirst() << 8 | rest.removeFirst()))
        if number == 38 { style.foreground = color } else { style.background = color }
      default: return nil
      }
    }
    return style
  }
}
