import ArgumentParser
import CProcess
import Glibc
import Models
import Support

@main
struct SerLive: ParsableCommand {
  static let version = "0.1.0"

  static let configuration = CommandConfiguration(
    commandName: "ser-live",
    abstract: "Real-time speech emotion recognition from a microphone, a pipe or files.",
    discussion: """
      Without a command it listens to the default microphone. Labels go to standard output, messages to standard error.

      Examples:
        ser-live                                    show labels in the terminal
        ser-live live --format jsonl | jq .label    labels for another program
        ser-live file talk.wav                      labels of a recording
        ser-live live --config configs/driver.yaml  settings from a file, or from variables such as SER_LIVE_DEVICE
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
    // If a reader goes away, `write` fails, which ends the program silently.
    signal(SIGPIPE, SIG_IGN)
    // The same holds for a recording that reaches a limit of file sizes.
    signal(SIGXFSZ, SIG_IGN)
    ser_quiet_libraries()
    var arguments = CommandLineArguments.words
    var code = EXIT_SUCCESS
    do {
      arguments = try CommandLineArguments.withFiles(arguments)
      try run(arguments)
    } catch {
      code = report(error, arguments)
    }
    do throws(SinkError) {
      try Output.standard.close()
    } catch {
      let lost = report(error, arguments)
      if code == EXIT_SUCCESS { code = lost }
    }
    Glibc.exit(code)
  }

  private static func run(_ arguments: [String]) throws {
    try requireCommand(arguments.first)
    let environment = CommandLineArguments.environment
    var settings = try Settings(arguments, environment: environment)
    if settings?.haveAdditions == true, let reader = try? parseAsRoot(arguments) as? any SettingsReader {
      settings?.leaveOut(reader.settingsWithoutUse)
    }
    var command = try parse(arguments, settings)
    if let settings {
      for stray in Settings.strayVariables(environment) { Messages.write("ser-live: \(stray)") }
      if settings.areAskedFor { return try Output.standard.write(settings.yaml) }
    }
    try command.run()
  }

  /// Reports an error. The argument parser's help and other requested output are errors as well, but go to standard
  /// output.
  ///
  /// - Returns: the exit code.
  private static func report(_ error: any Error, _ arguments: [String]) -> Int32 {
    if let status = ExitStatus(error) {
      if let message = status.message { Messages.write("ser-live: \(message)") }
      return status.code
    }
    let text = fullMessage(for: error, columns: nil)
    let code = exitCode(for: error).rawValue
    guard code == EXIT_SUCCESS else {
      if !text.isEmpty { Messages.write(text) }
      return code
    }
    do throws(SinkError) {
      let isForPeople = !arguments.contains {
        ["--generate-completion-script", "--experimental-dump-help"].contains($0)
      }
      try isForPeople ? Output.standard.writeText(text + "\n") : Output.standard.write(text + "\n")
      return code
    } catch {
      return report(error, arguments)
    }
  }

  /// The default command takes no words: the first word is a command or a mistake.
  private static func requireCommand(_ word: String?) throws {
    let names = configuration.subcommands.map { $0._commandName } + ["help"]
    guard let word, !word.hasPrefix("-"), !names.contains(word) else { return }
    let hint =
      access(word.cPath, F_OK) == 0
      ? "; to process a recording: ser-live file \(word)" : suggestion(for: word, among: names)
    throw ValidationError("there is no command '\(word)'\(hint)")
  }

  /// The command for the combined arguments and settings.
  private static func parse(_ arguments: [String], _ settings: Settings?) throws -> any ParsableCommand {
    guard let settings, settings.haveAdditions else { return try parseAsRoot(arguments) }
    do {
      return try parseAsRoot(settings.arguments)
    } catch {
      throw settings.fault { _ = try parseAsRoot($0) } ?? error
    }
  }
}
