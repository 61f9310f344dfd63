import ArgumentParser
import FoundationEssentials
import Glibc
import Models

@main
struct SerLive: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "ser-live",
    abstract: "Says, while a person is still speaking, which emotion is in the voice.",
    discussion: """
      Without a command it listens to the default microphone. Labels go to standard output, messages to standard error.

      Examples:
        ser-live                                    show labels in the terminal
        ser-live live --format jsonl | jq .label    labels for another program
        ser-live file talk.wav                      labels of a recording
        ser-live live --config configs/driver.yaml  settings from a file; SER_LIVE_DEVICE=hw:1,0 and the like do, too
        ser-live --generate-completion-script bash  completions for bash, zsh or fish
      """,
    version: version,
    subcommands: [
      Live.self, File.self, ListDevices.self, Check.self,
      Features.self, Plot.self,
      ShowModel.self, ListSettings.self,
      Train.self, Evaluate.self, CrossValidate.self,
      Calibrate.self, Adapt.self, Compress.self,
      Bench.self,
    ],
    defaultSubcommand: Live.self)

  static func main() {
    Output.guardStandardDescriptors()
    // A reader that goes away shows as an error of `write`, which ends the program quietly.
    signal(SIGPIPE, SIG_IGN)
    // A recording that reaches a limit of file sizes likewise.
    signal(SIGXFSZ, SIG_IGN)
    do {
      let arguments = Array(CommandLine.arguments.dropFirst())
      try requireCommand(arguments.first)
      let environment = ProcessInfo.processInfo.environment
      let settings = try Settings(arguments, environment: environment)
      var command = try parse(arguments, settings)
      if let settings {
        for stray in Settings.strayVariables(environment) { Messages.write("ser-live: \(stray)") }
        if settings.areAskedFor {
          try Output.standard.write(settings.yaml)
          return
        }
      }
      try command.run()
    } catch {
      guard let status = ExitStatus(error) else { exit(withError: error) }
      if let message = status.message { Messages.write("ser-live: \(message)") }
      Glibc.exit(status.code)
    }
  }

  /// Without a command the program listens, which takes no words: the first one is a command or a mistake.
  private static func requireCommand(_ word: String?) throws {
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let word, !word.hasPrefix("-"), !names.contains(word) else { return }
    let hint =
      access(word, F_OK) == 0
      ? "; to hear a recording: ser-live file \(word)" : suggestion(for: word, among: names)
    throw ValidationError("there is no command '\(word)'\(hint)")
  }

  /// The command that the arguments and the settings from elsewhere mean together.
  private static func parse(_ arguments: [String], _ settings: Settings?) throws -> any ParsableCommand {
    guard let settings, settings.haveAdditions else { return try parseAsRoot(arguments) }
    do {
      return try parseAsRoot(settings.arguments)
    } catch {
      throw settings.fault { _ = try parseAsRoot($0) } ?? error
    }
  }
}
