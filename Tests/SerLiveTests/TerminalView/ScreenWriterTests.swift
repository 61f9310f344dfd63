import Testing

@testable import ser_live

@Suite("Writing canvases to a terminal")
struct ScreenWriterTests {
  private let red = CellStyle(foreground: Color(0xD55E00), attributes: .bold)
  private let onBlue = CellStyle(foreground: Color(0xFFFFFF), background: Color(0x0072B2))

  private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

  @Test("The first canvas erases the screen, within one frame that is shown at once")
  func first() {
    var writer = ScreenWriter(colors: .all)
    var canvas = Canvas(columns: 10, rows: 2)
    canvas.put("ab", row: 1, column: 3, red)
    #expect(
      text(writer.update(to: canvas))
        == "\u{1B}[?2026h\u{1B}[0m\u{1B}[2J\u{1B}[2;4H\u{1B}[0;1;38;2;213;94;0mab\u{1B}[0m\u{1B}[?2026l")
  }

  @Test("Later ones write what has changed, and nothing where nothing has")
  func changes() {
    var writer = ScreenWriter(colors: .palette)
    var canvas = Canvas(columns: 10, rows: 3)
    canvas.put("one two", row: 0, column: 0)
    _ = writer.update(to: canvas)
    #expect(writer.update(to: canvas).isEmpty)
    canvas.put("x", row: 0, column: 4)
    canvas.put("yz", row: 2, column: 8, onBlue)
    #expect(
      text(writer.update(to: canvas))
        == "\u{1B}[?2026h\u{1B}[1;5Hx\u{1B}[3;9H\u{1B}[0;38;5;231;48;5;25myz\u{1B}[0m\u{1B}[?2026l")
    writer.forget()
    #expect(text(writer.update(to: canvas)).contains("\u{1B}[2J"))
  }

  @Test("Without colours there are none, whatever is drawn")
  func noColors() {
    var writer = ScreenWriter(colors: .none)
    var canvas = Canvas(columns: 4, rows: 1)
    canvas.put("a", row: 0, column: 0, red)
    canvas.put("b", row: 0, column: 1, CellStyle(attributes: [.faint, .inverse]))
    #expect(text(writer.update(to: canvas)).contains("\u{1B}[0;1ma\u{1B}[0;2;7mb\u{1B}[0m"))
  }

  @Test("However canvases follow each other, the terminal shows the last one")
  func anySequence() {
    var random = SystemRandomNumberGenerator()
    var writer = ScreenWriter(colors: .all)
    var screen = Screen(columns: 0, rows: 0)
    var size = (columns: 0, rows: 0)
    for step in 0..<300 {
      if step % 50 == 0 {
        size = (Int.random(in: 4...30, using: &random), Int.random(in: 1...8, using: &random))
        // What another program has left, four columns wide.
        screen = Screen(columns: size.columns, rows: size.rows)
        screen.write("junk")
        writer.forget()
      }
      var canvas = Canvas(columns: size.columns, rows: size.rows)
      for _ in 0..<Int.random(in: 0...6, using: &random) {
        canvas.put(
          ["█", "a", "  ", "bcd", "wörter"].randomElement(using: &random)!,
          row: Int.random(in: 0..<size.rows, using: &random), column: Int.random(in: 0..<size.columns, using: &random),
          [CellStyle(), red, onBlue].randomElement(using: &random)!)
      }
      screen.write(text(writer.update(to: canvas)))
      #expect(screen.cells == canvas.cells, "step \(step)")
      #expect(screen.unexpected.isEmpty && !screen.isHeld)
    }
  }

  @Test("The eight emotions stay different in 256 colours")
  func palette() {
    let colors = labels.emotions.indices.map { EmotionColors.color(of: $0, in: labels).paletteIndex }
    #expect(Set(colors).count == labels.emotions.count)
  }
}
