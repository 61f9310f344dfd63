import Support

/// The command that was given, as it can be given to a shell again.
enum CommandLineText {
  static var current: String { text(CommandLine.arguments) }

  static func text(_ arguments: [String]) -> String { ShellText.command(arguments) }
}
