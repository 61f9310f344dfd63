import ArgumentParser

/// Options of every command whose settings can come from a file.
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

/// A command whose own options leave some settings no use: where these come from elsewhere, they are passed over.
protocol SettingsReader: ParsableCommand {
  /// The options of these settings, without their dashes.
  var settingsWithoutUse: Set<String> { get }
}
