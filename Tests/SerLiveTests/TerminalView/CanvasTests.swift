import Testing

@testable import ser_live

@Suite("A canvas of characters")
struct CanvasTests {
  @Test("What lies outside is left out")
  func outside() {
    var canvas = Canvas(columns: 4, rows: 2)
    #expect(canvas.put("abcdef", row: 0, column: 2) == 4)
    canvas.put("xy", row: -1, column: 0)
    canvas.put("xy", row: 2, column: 0)
    canvas.set("z", row: 1, column: -1)
    canvas.fill(row: 1, columns: -3..<9, CellStyle(), with: "-")
    canvas.put("12", row: 1, column: 1, end: 2)
    #expect(canvas.text(row: 0) == "  ab" && canvas.text(row: 1) == "-1--")
  }

  @Test(
    "What is not one column wide cannot shift the rest, nor steer the terminal",
    arguments: ["\u{1B}", "\n", "\u{9B}", "\u{200B}", "\u{301}", "漢", "😀", "\u{202E}"])
  func strange(character: String) {
    var canvas = Canvas(columns: 3, rows: 1)
    canvas.put("a\(character)b", row: 0, column: 0)
    #expect(canvas.cells.map { String($0.character) }.joined() == "a?b")
  }
}
