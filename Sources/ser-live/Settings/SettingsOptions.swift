import ArgumentParser

/// Options of every command that can read a settings file.
struct SettingsOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Settings from a YAML file; options and the environment (\(Setting.prefix)…) take precedence. See docs/guide.md.
      """, valueName: "file"))
  var config: String?
  @Flag(help: "Print the effective configuration, as a file for --config, and exit.")
  var printConfig = false
}

/// A command whose options make some settings irrelevant: values of these from outside the command line are ignored.
protocol SettingsReader: ParsableCommand {
  /// The options of these settings, without their dashes.
  var settingsWithoutUse: Set<String> { get }
}
