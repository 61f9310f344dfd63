/// The command that was given, as it can be given to a shell again.
enum CommandLineText {
  static var current: String { text(CommandLine.arguments) }

  static func text(_ arguments: [String]) -> String {
    let plain = Set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=,@%+")
    return arguments.map { argument in
      !argument.isEmpty && plain.isSuperset(of: argument)
        ? argument : "'\(argument.replacing("'", with: "'\\''"))'"
    }.joined(separator: " ")
  }
}
