import Testing

@testable import ser_live

@Suite("Keys of the view")
struct ViewKeyTests {
  @Test(
    arguments: [
      (" ", [.pause]), ("pP", [.pause, .pause]), ("r", [.reset]), ("h?", [.help, .help]), ("Q", [.quit]), ("xyz\n", []),
      ("\u{1B}", [.escape]), ("\u{1B}[A", []), ("\u{1B}[15~q", [.quit]), ("\u{1B}OP ", [.pause]), ("\u{1B}q", []),
      ("\u{1B}[", []), ("\u{1B}[1;5", []),
    ] as [(String, [ViewKey])])
  func keys(typed: String, keys: [ViewKey]) {
    #expect(ViewKey.keys(in: Array(typed.utf8)) == keys)
  }
}
