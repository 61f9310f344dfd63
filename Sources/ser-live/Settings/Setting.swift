import ArgumentParser
import FoundationEssentials

/// One thing that can be set for `live` and `file`: by an option, by a variable of the environment, or by a key of a file
/// that `--config` names.
struct Setting: Sendable, Equatable {
  /// The option without its dashes, such as `on-alert`.
  let option: String
  let help: String
  /// What stands in the place of the value in help texts.
  let valueName: String
  /// As the option shows it; nil where nothing is set without it.
  let standard: String?
  /// Whether it takes no value, but is there or not.
  let isFlag: Bool
  /// Whether `--no-…` says the opposite.
  let hasOpposite: Bool
  /// Whether it can be given several times.
  let isRepeating: Bool
  /// The commands that know it.
  let commands: [String]

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

  /// All settings, in the order of the help texts: those of `live`, then what only `file` has.
  static let all: [Setting] = {
    var settings: [Setting] = []
    for (name, text) in [("live", Live._dumpHelp()), ("file", File._dumpHelp())] {
      for setting in Dump.settings(text, of: name) {
        if let index = settings.firstIndex(where: { $0.option == setting.option }) {
          settings[index] = setting.with(commands: settings[index].commands + [name])
        } else {
          settings.append(setting)
        }
      }
    }
    return settings
  }()

  private func with(commands: [String]) -> Setting {
    Setting(
      option: option, help: help, valueName: valueName, standard: standard, isFlag: isFlag, hasOpposite: hasOpposite,
      isRepeating: isRepeating, commands: commands)
  }
}

/// The argument parser's own description of a command, as far as settings are made of it.
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
  }

  let command: Command

  /// What says where settings come from, or asks for something else than to listen, is no setting.
  private static let others: Set<String> = ["config", "print-config", "help", "version", "list"]

  static func settings(_ text: String, of command: String) -> [Setting] {
    // The parser's output and this structure are made by the same build.
    let dump = try! JSONDecoder().decode(Dump.self, from: Data(text.utf8))
    let named = dump.command.arguments.filter { $0.kind != "positional" }
    let options = Set(named.compactMap(\.preferredName?.name))
    return named.compactMap { argument in
      guard let option = argument.preferredName?.name, !others.contains(option) else { return nil }
      // `--no-denoise` is the opposite of a setting, not another one.
      if option.hasPrefix("no-"), options.contains(String(option.dropFirst(3))) { return nil }
      return Setting(
        option: option, help: argument.abstract ?? "", valueName: argument.valueName ?? option,
        standard: argument.defaultValue, isFlag: argument.kind == "flag", hasOpposite: options.contains("no-\(option)"),
        isRepeating: argument.isRepeating, commands: [command])
    }
  }
}
