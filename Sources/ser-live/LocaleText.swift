import Glibc

/// Text output in the characters of the locale: UTF-8 where the locale has it, otherwise ASCII.
///
/// Machine-readable formats (JSON, tables, EmotionML) and documents are UTF-8 in every locale.
enum LocaleText {
  /// Whether the locale of the environment is UTF-8. The default `C` is not.
  static let isUTF8: Bool = {
    // A separate locale: the process's own, which libraries use, stays unchanged.
    guard let locale = newlocale(LC_CTYPE_MASK, "", nil) else { return namesUTF8(variable: environment) }
    defer { freelocale(locale) }
    // SAFETY: a terminated string that lives as long as the locale, copied at once.
    return String(cString: nl_langinfo_l(nl_item(CODESET), locale)) == "UTF-8"
  }()

  /// The same by the locale's name alone, for a locale that is not installed, as over SSH.
  static func namesUTF8(variable: (String) -> String?) -> Bool {
    func set(_ name: String) -> String? { variable(name).flatMap { $0.isEmpty ? nil : $0 } }
    let name = set("LC_ALL") ?? set("LC_CTYPE") ?? set("LANG") ?? ""
    return name.uppercased().replacing("-", with: "").contains("UTF8")
  }

  /// The bytes of a text in the characters of the locale.
  static func bytes(_ text: String, isUTF8: Bool = isUTF8) -> [UInt8] {
    Array((isUTF8 ? text : ascii(text)).utf8)
  }

  /// The text in ASCII: typographic characters are transliterated. Others, such as those of a file's name, become
  /// escapes in the syntax of a shell's `$'…'`: `\xC3\xBC`.
  static func ascii(_ text: String) -> String {
    if text.utf8.allSatisfy({ $0 < 0x80 }) { return text }
    var result = ""
    for scalar in text.unicodeScalars {
      if scalar.isASCII {
        result.unicodeScalars.append(scalar)
      } else if let substitute = substitutes[scalar] {
        result += substitute
      } else {
        for byte in UTF8.encode(scalar)! { result += "\\x" + String(byte, radix: 16, uppercase: true) }
      }
    }
    return result
  }

  /// The ASCII substitute of a character on a screen.
  static func ascii(cell scalar: Unicode.Scalar) -> Unicode.Scalar {
    if scalar.isASCII { return scalar }
    guard let substitute = substitutes[scalar], substitute.unicodeScalars.count == 1 else { return "?" }
    return substitute.unicodeScalars.first!
  }

  private static let substitutes: [Unicode.Scalar: String] = {
    var substitutes: [Unicode.Scalar: String] = [:]
    let groups: KeyValuePairs<String, String> = [
      "\u{2010}\u{2011}\u{2012}–—―−─━": "-", "‘’‚": "'", "“”„": "\"", "\u{A0}\u{2009}\u{202F}": " ", "·•": ".",
      "×": "x",
      "µμ": "u", "│┃": "|", "┌┐└┘├┤┬┴┼": "+", "●": "*", "○": "o", "█▉▊▋▌▍▎▏▀▄▐▁▂▃▅▆▇▖▗▘▙▚▛▜▝▞▟■": "#", "\u{FFFD}": "?",
      "♯": "#", "…": "...", "±": "+-", "→": "->", "←": "<-", "≤": "<=", "≥": ">=", "≠": "!=", "≈": "~", "°": " deg",
      "²": "^2", "³": "^3",
    ]
    for (characters, substitute) in groups {
      for scalar in characters.unicodeScalars { substitutes[scalar] = substitute }
    }
    return substitutes
  }()
}
