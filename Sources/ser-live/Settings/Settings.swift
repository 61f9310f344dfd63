import ArgumentParser
import Models
import Streaming
import Support

/// The settings of a command: from its options, or else the environment, or else a file, or else the defaults.
///
/// Values from the environment and a file become options before those of the command line, so that values are validated
/// in a single place.
struct Settings {
  /// The source of a value.
  enum Source: Equatable {
    case commandLine
    case environment(String)
    case file(String)

    var name: String {
      switch self {
      case .commandLine: "the command line"
      case .environment(let variable): variable
      case .file(let path): path
      }
    }
  }

  struct Value {
    let setting: Setting
    let values: [String]
    let source: Source

    /// The equivalent options.
    var arguments: [String] {
      guard setting.isFlag else { return values.map { "--\(setting.option)=\($0)" } }
      if values == ["true"] { return ["--\(setting.option)"] }
      return setting.hasOpposite ? ["--no-\(setting.option)"] : []
    }
  }

  /// The command of the settings.
  let command: String
  /// All values, in the order of `Setting.all`.
  private(set) var values: [Value]
  /// The command line after the command's name.
  private let given: [String]

  /// - Parameters:
  ///   - arguments: the command line without the program's name.
  ///   - environment: names and values.
  /// - Returns: nil where there is no such command, or another action is requested.
  /// - Throws: where a settings file is unreadable or invalid, or the value of a variable is invalid.
  init?(_ arguments: [String], environment: [String: String]) throws {
    let first = arguments.first ?? ""
    let isNamed = SerLive.configuration.subcommands.contains { $0._commandName == first }
    let asksForMore = [
      "-h", "--help", "-help", "--help-hidden", "--version", "--generate-completion-script",
      "--experimental-dump-help",
    ]
    guard isNamed || first.isEmpty || first.hasPrefix("-") && !asksForMore.contains(first) else { return nil }
    let command = isNamed ? first : "live"
    let given = isNamed ? Array(arguments.dropFirst()) : arguments
    guard !given.contains(where: asksForMore.contains) else { return nil }
    self.command = command
    self.given = given

    let variables = environment.filter { $0.key.hasPrefix(Setting.prefix) && !$0.value.isEmpty }
    // In other commands, `--config` is an experiment.
    let path =
      Setting.commandsWithFile.contains(command)
      ? Self.values(of: "config", in: given).last ?? variables[Setting.fileVariable] : nil
    // Most runs have no such settings, and start faster this way.
    guard path != nil || !variables.isEmpty || given.contains("--print-config") else {
      values = []
      return
    }
    let file = try path.map { try SettingsFile.load($0) } ?? []
    var values: [Value] = []
    for setting in Setting.all where setting.commands.contains(command) {
      let own = Self.values(of: setting, in: given)
      if !own.isEmpty {
        values.append(Value(setting: setting, values: own, source: .commandLine))
      } else if let text = variables[setting.variable], !setting.isForOthers(text, than: command) {
        values.append(
          Value(
            setting: setting, values: [try Self.value(text, of: setting)], source: .environment(setting.variable)))
      } else if let entry = file.first(where: { $0.setting.option == setting.option }),
        !entry.values.allSatisfy({ setting.isForOthers($0, than: command) })
      {
        values.append(Value(setting: setting, values: entry.values, source: .file(path!)))
      }
    }
    self.values = values
  }

  /// The command line including all settings.
  var arguments: [String] { [command] + additions.flatMap(\.arguments) + given }

  /// Ignores values from outside the command line for some settings.
  ///
  /// - Parameter options: of the settings, without dashes.
  mutating func leaveOut(_ options: Set<String>) {
    values.removeAll { $0.source != .commandLine && options.contains($0.setting.option) }
  }

  /// Whether there are values from outside the command line.
  var haveAdditions: Bool { !additions.isEmpty }

  /// Whether the command line requests the settings themselves.
  var areAskedFor: Bool { given.prefix { $0 != "--" }.contains("--print-config") }

  /// Values from outside the command line.
  private var additions: [Value] { values.filter { $0.source != .commandLine } }

  /// Unknown variables with the prefix of settings, each with a suggestion, sorted.
  static func strayVariables(_ environment: [String: String]) -> [String] {
    let variables = environment.keys.filter { $0.hasPrefix(Setting.prefix) }
    guard !variables.isEmpty else { return [] }
    let names = Setting.all.map(\.variable) + [Setting.fileVariable]
    return variables.filter { !names.contains($0) }.sorted().map {
      "unknown variable \($0)\(suggestion(for: $0, among: names))"
    }
  }

  /// Finds the value from outside that makes a command line invalid which is valid without such values.
  ///
  /// - Parameter parse: throws where the command line is invalid.
  /// - Returns: nil where the command line itself is invalid.
  func fault(_ parse: ([String]) throws -> Void) -> OperationError? {
    func refusal(_ count: Int) -> String? {
      do {
        try parse([command] + additions.prefix(count).flatMap(\.arguments) + given)
        return nil
      } catch {
        return SerLive.message(for: error)
      }
    }
    guard refusal(0) == nil else { return nil }
    for count in 1..<additions.count + 1 {
      guard let words = refusal(count) else { continue }
      let one = additions[count - 1]
      switch one.source {
      case .file(let path): return OperationError(.badData, "\(path): \(one.setting.key): \(words)")
      case .environment(let variable): return OperationError(.usage, "\(variable): \(words)")
      case .commandLine: continue
      }
    }
    return nil
  }

  /// The settings as an equivalent file.
  var yaml: String {
    var lines = ["# The settings of ser-live \(command), with their sources."]
    for setting in Setting.all where setting.commands.contains(command) {
      if let value = values.first(where: { $0.setting.option == setting.option }) {
        let texts = value.values.map { setting.isFlag ? $0 : Self.scalar($0) }
        let text = setting.isRepeating ? "[\(texts.joined(separator: ", "))]" : texts.last!
        lines.append("\(setting.key): \(text)  # from \(value.source.name)")
      } else if let standard = setting.standard {
        lines.append("\(setting.key): \(Self.scalar(standard))  # built in")
      } else {
        lines.append("# \(setting.key):")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The values of an option on a command line, one per occurrence.
  private static func values(of option: String, in arguments: [String]) -> [String] {
    var values: [String] = []
    for (index, argument) in arguments.enumerated() {
      if argument == "--" { break }
      if argument.hasPrefix("--\(option)=") { values.append(String(argument.dropFirst(option.count + 3))) }
      if argument == "--\(option)", index + 1 < arguments.count { values.append(arguments[index + 1]) }
    }
    return values
  }

  private static func values(of setting: Setting, in arguments: [String]) -> [String] {
    guard setting.isFlag else { return values(of: setting.option, in: arguments) }
    let options = arguments.prefix { $0 != "--" }
    if options.contains("--\(setting.option)") { return ["true"] }
    return setting.hasOpposite && options.contains("--no-\(setting.option)") ? ["false"] : []
  }

  /// The value of a setting from a variable's text.
  private static func value(_ text: String, of setting: Setting) throws(OperationError) -> String {
    guard setting.isFlag else { return text }
    switch text.lowercased() {
    case "1", "true", "yes", "on": return "true"
    case "0", "false", "no", "off": return "false"
    default: throw OperationError(.usage, "\(setting.variable) must be true or false, not \(text)")
    }
  }

  /// A text as a YAML scalar that reads back unchanged.
  private static func scalar(_ text: String) -> String {
    let isPlain =
      !text.isEmpty
      && text.utf8.allSatisfy { byte in
        UInt8(ascii: "a")...UInt8(ascii: "z") ~= byte || UInt8(ascii: "A")...UInt8(ascii: "Z") ~= byte
          || UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || "._/".utf8.contains(byte)
      }
    // Numbers stay plain; words with another meaning in YAML, such as no, are quoted.
    if isPlain, !["y", "n", "yes", "no", "on", "off", "true", "false", "null"].contains(text.lowercased()) {
      return text
    }
    var quoted = ""
    for character in text.unicodeScalars {
      switch character {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      default: quoted.unicodeScalars.append(character)
      }
    }
    return "\"\(quoted)\""
  }
}
