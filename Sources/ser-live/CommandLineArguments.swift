import ArgumentParser
import CProcess
import Glibc
import Support

/// What the program was started with, with names of files as they are: see `String.init(pathBytes:)`.
enum CommandLineArguments {
  /// The words behind the program's name.
  static let words: [String] = (1..<max(1, Int(CommandLine.argc))).compactMap { index in
    // SAFETY: as many terminated strings as `argc` says live as long as the program, which does not change them.
    CommandLine.unsafeArgv[index].map { String(cPath: $0) }
  }

  /// The environment; of a name that is there twice the first value holds.
  static var environment: [String: String] {
    var variables: [String: String] = [:]
    // SAFETY: terminated strings, the last pointer is nil; nothing in this program changes them.
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

  /// Words in which those that begin with a dash and are names of files are seen to be such: a shell's pattern gives such
  /// names, and an argument parser takes them for options.
  ///
  /// - Parameters:
  ///   - isOption: whether a word that begins with two dashes, up to an equals sign, is an option.
  ///   - exists: whether there is a file with a name.
  /// - Throws: `ValidationError` for a word that is neither: as letters after a single dash it might ask for something.
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
    // The help of a command lists all of its options, in plain words.
    return SerLive.configuration.subcommands.contains { command in
      command.helpMessage(includeHidden: true, columns: 200).split(whereSeparator: { " \n[]|/,()".contains($0) })
        .contains { $0 == name }
    }
  }
}
