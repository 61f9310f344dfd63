import Support

/// The command line of this run, quoted for a shell.
enum CommandLineText {
  static var current: String { text(CommandLine.arguments) }

  static func text(_ arguments: [String]) -> String { ShellText.command(arguments) }
}
