import ArgumentParser
import Streaming
import Training
import Yams

struct ListSettings: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "settings",
    abstract: "Lists the settings of live and file, and the defaults of experiments.",
    discussion: """
      Each setting has an option, a key for the YAML file of --config, and an environment variable. Options take \
      precedence over the environment, and the environment over the file. Other commands with the option read the \
      variable as well; check and calibrate also read the file.

      Examples:
        ser-live settings
        ser-live settings --format markdown > docs/configuration.md
        ser-live live --config configs/driver.yaml --print-config
      """)

  enum Format: String, CaseIterable, ExpressibleByArgument {
    case text, markdown
  }

  @Option(help: "Format of the list.") var format = Format.text

  func run() throws {
    let text = try SettingsReference.text(format)
    switch format {
    case .text: try Output.standard.writeText(text)
    case .markdown: try Output.standard.write(text)
    }
  }
}

/// The reference of settings, generated from the program's own definitions.
enum SettingsReference {
  static func text(_ format: ListSettings.Format) throws -> String {
    switch format {
    case .text: listeningText
    case .markdown: try markdown
    }
  }

  private static var listeningText: String {
    Setting.all.map { setting in
      "\(setting.key) (--\(setting.option), \(setting.variable)): \(setting.help)\(remark(setting))\n"
    }.joined()
  }

  /// Remarks beyond a setting's help text.
  private static func remark(_ setting: Setting) -> String {
    var remarks: [String] = []
    if let standard = setting.standard { remarks.append("default: \(standard)") }
    if setting.isRepeating { remarks.append("a list") }
    if setting.commands != ["live", "file"] {
      let name = setting.commands.count == 1 ? "command" : "commands"
      remarks.append("\(name): \(setting.commands.joined(separator: ", "))")
    }
    return remarks.isEmpty ? "" : " (\(remarks.joined(separator: "; ")))"
  }

  private static var markdown: String {
    get throws {
      var text = """
        # Configuration reference

        Written by `ser-live settings --format markdown`; a test compares the two.

        ## Listening: `ser-live live` and `ser-live file`

        Each setting has a key for the YAML file of `--config` (or `SER_LIVE_CONFIG`), an option and an environment \
        variable. Options take precedence over the environment, and the environment over the file. `--print-config` \
        prints the effective settings and their sources as such a file. A setting that names commands applies to these \
        only; all others apply to `live` and `file`. Every command reads options and variables; `live`, `file`, \
        `check` and `calibrate` also read the file. [guide.md](guide.md) shows how to use them.

        | key | option | variable | what it does |
        |---|---|---|---|

        """
      for setting in Setting.all {
        let value = setting.isFlag ? (setting.hasOpposite ? "`, `--no-\(setting.option)" : "") : " \(setting.valueName)"
        let fields = [
          "`\(setting.key)`", "`--\(setting.option)\(value)`", "`\(setting.variable)`", setting.help + remark(setting),
        ]
        text += "| " + fields.map { $0.replacing("|", with: "\\|") }.joined(separator: " | ") + " |\n"
      }
      text += """

        In a file `labels` and `smoothing` may also be mappings (`stressed: [angry, fearful]`; `{preset: calm, dwell: 3}`), \
        `events` a list, and a rule of `alert` a mapping (`{label: stressed, hold: 5, gap: 2}`).

        ## Experiments: `ser-live train` and `crossval`

        The keys of `--config` for these commands, with their default values. Networks have no defaults; optional keys \
        without a default are not listed. [training.md](training.md), [features.md](features.md) and \
        [data.md](data.md) describe the keys, [architecture.md](architecture.md) lists the layers.

        ```yaml

        """
      let experiment = ExperimentConfiguration(recognizer: RecognizerConfiguration(networks: []))
      text += short(try YAMLEncoder().encode(experiment))
      return text + "```\n"
    }
  }

  /// Numbers in plain notation: the encoder's only notation is 2.5e-1.
  private static func short(_ yaml: String) -> String {
    yaml.replacing(/-?[0-9]+(\.[0-9]+)?e[+-][0-9]+/) { match in
      // Defaults have fewer digits than this precision, and are read with no more.
      let number = Float(match.output.0).map { "\($0)" } ?? String(match.output.0)
      return number.hasSuffix(".0") ? String(number.dropLast(2)) : number
    }
  }
}
