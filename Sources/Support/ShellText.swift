/// Text in shell syntax.
package enum ShellText {
  /// A command's words, quoted where necessary.
  package static func command(_ words: [String]) -> String {
    words.map(word).joined(separator: " ")
  }

  private static func word(_ text: String) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+")
    return !text.isEmpty && plain.isSuperset(of: text) ? text : "'\(text.replacing("'", with: "'\\''"))'"
  }
}
