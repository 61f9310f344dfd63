import ArgumentParser
import FoundationEssentials

/// A setting of `live` and `file`: an option, a variable of the environment, or a key of a file given with `--config`.
/// Other commands with the option also read the variable.
struct Setting: Sendable {
  /// The option without dashes, such as `on-alert`.
  let option: String
  let help: String
  /// The placeholder of the value in help texts.
  let valueName: String
  /// The default in the option's syntax; nil where there is none.
  let standard: String?
  /// Whether it takes no value.
  let isFlag: Bool
  /// Whether `--no-…` negates it.
  let hasOpposite: Bool
  /// Whether it can be given several times.
  let isRepeating: Bool
  /// The allowed values of each command with the option; empty where the command parses them itself.
  let choices: [(command: String, values: [String])]

  /// The commands with the option.
  var commands: [String] { choices.map(\.command) }

  /// Whether a value is valid only for other commands, as `emotionml` for `check`.
  func isForOthers(_ value: String, than command: String) -> Bool {
    func allows(_ choice: (command: String, values: [String])) -> Bool { choice.values.contains(value) }
    guard let own = choices.first(where: { $0.command == command }), !own.values.isEmpty else { return false }
    return !allows(own) && choices.contains(where: allows)
  }

  /// The key in a file: `onAlert`.
  var key: String {
    let words = option.split(separator: "-")
    return words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
  }

  /// The variable of the environment: `SER_LIVE_ON_ALERT`.
  var variable: String { Self.prefix + option.uppercased().replacing("-", with: "_") }

  static let prefix = "SER_LIVE_"
  /// The variable that names a file of settings.
  static let fileVariable = prefix + "CONFIG"
  /// The commands that take a file of settings.
  static let commandsWithFile: Set<String> = ["live", "file", "check", "calibrate"]

  /// All settings, in the order of the help texts: those of `live`, followed by those of only `file`.
  static let all: [Setting] = {
    var settings: [Setting] = []
    let listening: [any ParsableCommand.Type] = [Live.self, File.self]
    let others = SerLive.configuration.subcommands.filter { command in !listening.contains { $0 == command } }
    for command in listening {
      for setting in Dump.settings(of: command) {
        if let index = settings.firstIndex(where: { $0.option == setting.option }) {
          settings[index] = setting.with(settings[index].choices + setting.choices)
        } else {
          settings.append(setting)
        }
      }
    }
    for command in others {
      for option in Dump.settings(of: command) {
        guard let index = settings.firstIndex(where: { $0.isSame(as: option) }) else { continue }
        settings[index] = settings[index].with(settings[index].choices + option.choices)
      }
    }
    return settings
  }()

  /// Whether another command's option has the same meaning, not only the same name: `--output` names the output file of
  /// a command, and `--format` may select the format of a single report.
  private func isSame(as other: Setting) -> Bool {
    guard option == other.option, isFlag == other.isFlag else { return false }
    switch option {
    case "output": return false
    case "format": return other.choices.contains { $0.values.contains("jsonl") }
    default: return true
    }
  }

  private func with(_ choices: [(command: String, values: [String])]) -> Setting {
    Setting(
      option: option, help: help, valueName: valueName, standard: standard, isFlag: isFlag, hasOpposite: hasOpposite,
      isRepeating: isRepeating, choices: choices)
  }
}

/// The argument parser's description of a command, as far as settings need it.
private struct Dump: Decodable {
  struct Command: Decodable {
    let arguments: [Argument]
  }

  struct Argument: Decodable {
    struct Name: Decodable {
      let name: String
    }

    let kind: String
    let names: [Name]?
    let preferredName: Name?
    let abstract: String?
    let valueName: String?
    let defaultValue: String?
    let isRepeating: Bool
    let allValues: [String]?
  }

  let command: Command

  /// Options that select the source of settings, or another action, are not settings.
  private static let others: Set<String> = ["config", "print-config", "help", "version", "list"]

  static func settings(of type: any ParsableCommand.Type) -> [Setting] {
    // The parser's output and this structure come from the same build.
    let dump = try! JSONDecoder().decode(Dump.self, from: Data(type._dumpHelp().utf8))
    let named = dump.command.arguments.filter { $0.kind != "positional" }
    let options = Set(named.compactMap(\.preferredName?.name))
    return named.compactMap { argument in
      guard let option = argument.preferredName?.name, !others.contains(option) else { return nil }
      // `--no-denoise` negates a setting, and is not another one.
      if option.hasPrefix("no-"), options.contains(String(option.dropFirst(3))) { return nil }
      return Setting(
        option: option, help: argument.abstract ?? "", valueName: argument.valueName ?? option,
        standard: argument.defaultValue, isFlag: argument.kind == "flag", hasOpposite: options.contains("no-\(option)"),
        isRepeating: argument.isRepeating, choices: [(type._commandName, argument.allValues ?? [])])
    }
  }
}
