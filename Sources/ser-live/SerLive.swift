import ArgumentParser
import Glibc

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
      """,
    version: version,
    subcommands: [
      Live.self, File.self, ListDevices.self, Check.self,
      Features.self, Plot.self,
      ShowModel.self,
      Train.self, Evaluate.self, CrossValidate.self,
      Calibrate.self, Adapt.self,
    ],
    defaultSubcommand: Live.self)

  static func main() {
    Output.guardStandardDescriptors()
    // A reader that goes away shows as an error of `write`, which ends the program quietly.
    signal(SIGPIPE, SIG_IGN)
    // A recording that reaches a limit of file sizes likewise.
    signal(SIGXFSZ, SIG_IGN)
    do {
      var command = try parseAsRoot()
      try command.run()
    } catch {
      guard let status = ExitStatus(error) else { exit(withError: error) }
      if let message = status.message { Messages.write("ser-live: \(message)") }
      Glibc.exit(status.code)
    }
  }
}
