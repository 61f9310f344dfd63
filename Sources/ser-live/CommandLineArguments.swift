import ArgumentParser
import CProcess
import Glibc
import Support

/// The program's arguments, with unchanged bytes of file names: see `String.init(pathBytes:)`.
enum CommandLineArguments {
  /// The arguments after the program's name.
  static let words: [String] = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
    // SAFETY: `argc` terminated strings live as long as the program, which does not change them.
    CommandLine.unsafeArgv[index].map { String(cPath: $0) }
  }

  /// The environment; for a duplicate name, the first value.
  static var environment: [String: String] {
    var variables: [String: String] = [:]
    // SAFETY: terminated strings, the last pointer is nil; no code in this program changes them.
    var next = ser_environment()
    while let entry = next?.pointee {
      let text = String(cPath: entry)
      if let equals = text.utf8.firstIndex(of: UInt8(ascii: "=")), equals > text.startIndex {
        let name = String(text[..<equals])
        if variables[name] == nil { variables[name] = String(text[text.utf8.index(after: equals)...]) }
      }
      next = next?.advanced(by: 1)
    }
    return variables
  }

  /// Marks words that begin with a dash and are file names, so that the argument parser does not take them for options:
  /// patterns of a shell can yield such names.
  ///
  /// - Parameters:
  ///   - isOption: whether a word that begins with two dashes, up to an equals sign, is an option.
  ///   - exists: whether a file with a name exists.
  /// - Throws: a `ValidationError` for a word that is neither: as letters after a single dash it could select options.
  static func withFiles(
    _ words: [String], isOption: (String) -> Bool = isOption, exists: (String) -> Bool = { access($0.cPath, F_OK) == 0 }
  ) throws -> [String] {
    var result: [String] = []
    for (index, word) in words.enumerated() {
      if word == "--" { return result + words[index...] }
      let bytes = word.utf8
      guard bytes.first == UInt8(ascii: "-"), bytes.count > 1, !["-h", "-help"].contains(word) else {
        result.append(word)
        continue
      }
      let isLong = bytes.dropFirst().first == UInt8(ascii: "-")
      if exists(word), !isLong || !isOption(word) {
        result.append("./\(word)")
      } else if let first = bytes.dropFirst().first, !isLong, !(UInt8(ascii: "0")...UInt8(ascii: "9") ~= first),
        first != UInt8(ascii: ".")
      {
        throw ValidationError(
          "there is no option '\(word.printable)', and no file of that name; only -h has a single dash")
      } else {
        result.append(word)
      }
    }
    return result
  }

  /// Whether a word is an option of some command, with or without a value.
  static func isOption(_ word: String) -> Bool {
    let name = word.split(separator: "=", maxSplits: 1).first.map(String.init) ?? word
    if ["--help", "--help-hidden", "--version", "--generate-completion-script"].contains(name) { return true }
    // The help of a command lists all of its options as plain words.
    return SerLive.configuration.subcommands.contains { command in
      command.helpMessage(includeHidden: true, columns: 200).split(whereSeparator: { " \n[]|/,()".contains($0) })
        .contains { $0 == name }
    }
  }
}
