import Testing

@testable import ser_live

@Suite struct LocaleTextTests {
  @Test(
    arguments: [
      ("", ""), ("plain", "plain"), ("1.00–2.00 s — a ‘b’ “c”…", "1.00-2.00 s - a 'b' \"c\"..."),
      ("n × 14, 3 ± 1, 5 µs, 2²", "n x 14, 3 +- 1, 5 us, 2^2"), ("█▌ │ ┌ ● ○ ■", "## | + * o #"), ("C♯", "C#"),
      ("für.wav", "f\\xC3\\xBCr.wav"), ("日", "\\xE6\\x97\\xA5"), ("\u{FFFD}", "?"),
    ])
  func asciiStandsForWhatALocaleLacks(text: String, expected: String) {
    #expect(LocaleText.ascii(text) == expected)
    #expect(LocaleText.bytes(text, isUTF8: false).allSatisfy { $0 < 0x80 })
    #expect(LocaleText.bytes(text, isUTF8: true) == Array(text.utf8))
  }

  @Test(arguments: [("–", "-"), ("a", "a"), ("█", "#"), ("…", "?"), ("日", "?")] as [(Unicode.Scalar, Unicode.Scalar)])
  func aCellStaysOneColumnWide(character: Unicode.Scalar, expected: Unicode.Scalar) {
    #expect(LocaleText.ascii(cell: character) == expected)
    var canvas = Canvas(columns: 1, rows: 1)
    canvas.set(character, row: 0, column: 0)
    var writer = ScreenWriter(colors: .none, unicode: false)
    #expect(writer.update(to: canvas).allSatisfy { $0 < 0x80 })
  }

  @Test(
    arguments: [
      ([:], false), (["LANG": "de_DE.UTF-8"], true), (["LANG": "de_DE"], false), (["LC_CTYPE": "C.utf8"], true),
      (["LC_ALL": "C", "LANG": "de_DE.UTF-8"], false), (["LC_ALL": "", "LANG": "de_DE.UTF-8"], true),
      (["LC_CTYPE": "POSIX", "LANG": "C.UTF-8"], false),
    ] as [([String: String], Bool)])
  func theLocaleIsTheFirstThatIsSet(variables: [String: String], expected: Bool) {
    #expect(LocaleText.namesUTF8 { variables[$0] } == expected)
  }
}
