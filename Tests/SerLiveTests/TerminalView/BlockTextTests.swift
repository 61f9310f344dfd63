import Testing

@testable import ser_live

@Suite("Large letters")
struct BlockTextTests {
  private func lines(_ text: String, _ scale: BlockText.Scale) throws -> [String] {
    try #require(BlockText(text, scale)).rows.map { row in
      var line = ""
      for character in row { line.unicodeScalars.append(character) }
      return line
    }
  }

  @Test("A cell, half a cell and a quarter of one for each dot")
  func scales() throws {
    #expect(
      try lines("sad", .cells) == [
        " ####  ###  #### ",
        "#     #   # #   #",
        " ###  ##### #   #",
        "    # #   # #   #",
        "####  #   # #### ",
      ])
    #expect(
      try lines("sad", .halves) == [
        "▄▀▀▀▀ ▄▀▀▀▄ █▀▀▀▄",
        " ▀▀▀▄ █▀▀▀█ █   █",
        "▀▀▀▀  ▀   ▀ ▀▀▀▀ ",
      ])
    #expect(try lines("sad", .quarters) == ["▞▀▘▞▀▖▛▀▖", "▝▀▖▛▀▌▌ ▌", "▀▀ ▘ ▘▀▀ "])
  }

  @Test("All letters of the labels are there, of one height; others are said to lack")
  func letters() throws {
    for name in labels.emotions + ["uncertain", "silence", "paused", "100%"] {
      for scale in [BlockText.Scale.cells, .halves, .quarters] {
        let text = try #require(BlockText(name, scale))
        #expect(text.rows.count == BlockText.height(scale))
        #expect(Set(text.rows.map(\.count)) == [text.width])
      }
    }
    #expect(BlockText("müde", .halves) == nil && BlockText("", .cells) == nil)
  }

  @Test("No two letters or digits look the same")
  func distinct() throws {
    let all = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789%-".map(String.init)
    #expect(try Set(all.map { try lines($0, .cells) }).count == all.count)
  }
}
