import Testing

@testable import ser_live

@Suite("Pictures of characters")
struct TerminalPictureTests {
  private typealias Abilities = TerminalPicture.Abilities

  private func clean(_ text: String, _ abilities: Abilities) -> String {
    TerminalPicture.clean(Array(text.utf8), for: abilities)
  }

  @Test("No form feed, no blanks at the ends of lines, no empty lines at the end")
  func blanks() {
    #expect(
      clean("\u{0C}  \n a b  \n\n c\n   \n\n", Abilities(blocks: true, allColors: true)) == "\n a b\n\n c\n")
  }

  @Test("Coloured X's are areas, others are letters")
  func areas() {
    let text = "\u{1B}[0;39mX \u{1B}[38;2;255;0;0mXX\u{1B}[0;39m X\u{1B}[0;39;49m"
    #expect(
      clean(text, Abilities(blocks: true, allColors: true)) == "X \u{1B}[38;2;255;0;0m██ \u{1B}[39mX\n")
    #expect(
      clean(text, Abilities(blocks: false, allColors: false)) == "X \u{1B}[38;5;196mXX \u{1B}[39mX\n")
  }

  @Test("Every line ends in the terminal's own colour")
  func ends() {
    #expect(
      clean("\u{1B}[38;2;0;0;0mo\n", Abilities(blocks: true, allColors: false)) == "\u{1B}[38;5;16mo\u{1B}[39m\n")
  }

  @Test(
    "The nearest of the 256 colours",
    arguments: [("0;0;0", 16), ("255;255;255", 231), ("95;135;175", 67), ("47;48;114", 23), ("116;154;156", 103)])
  func palette(color: String, number: Int) {
    #expect(
      clean("\u{1B}[38;2;\(color)mo", Abilities(blocks: true, allColors: false))
        == "\u{1B}[38;5;\(number)mo\u{1B}[39m\n")
  }

  @Test("The environment says what a terminal can do")
  func environment() {
    #expect(
      Abilities { ["LANG": "C.UTF-8", "COLORTERM": "truecolor"][$0] } == Abilities(blocks: true, allColors: true))
    #expect(Abilities { ["LANG": "C"][$0] } == Abilities(blocks: false, allColors: false))
  }

  @Test("What is no terminal has the size that the environment says, and no colours")
  func size() {
    let pipe = TestPipe()
    func form(_ variables: [String: String]) -> PictureForm {
      TerminalPicture.form(pipe.output) { variables[$0] }
    }
    #expect(form([:]) == .text(columns: 80, rows: 23, color: false))
    #expect(
      form(["COLUMNS": "132", "LINES": "50", "TERM": "xterm"]) == .text(columns: 132, rows: 49, color: false))
    #expect(form(["COLUMNS": "1", "LINES": "-3"]) == .text(columns: 40, rows: 15, color: false))
    #expect(form(["COLUMNS": "wide"]) == .text(columns: 80, rows: 23, color: false))
  }
}
