import Foundation
import TestSupport
import Testing

@Suite("Variables of the environment, for every command that has the option", .timeLimit(.minutes(1)))
struct EnvironmentTests {
  private func run(_ arguments: [String], _ environment: [String: String]) throws -> Program.Outcome {
    let process = try Program.start(arguments, environment: environment)
    let ending = process.end(within: .seconds(20))
    return Program.Outcome(ending: ending, output: process.lines.text, errors: process.errors.text)
  }

  private static let calibrate = [
    "calibrate", "--output", FileManager.default.temporaryDirectory.path + "/never.profile",
  ]

  @Test(
    "The device is the variable's, unless an option or the settings say otherwise", arguments: [["check"], calibrate])
  func device(command: [String]) throws {
    try withTemporaryFolder { folder in
      let file = folder.appending(path: "my.yaml")
      try Data("device: of-the-file\nevery: 2\n".utf8).write(to: file)
      for (more, environment, device) in [
        ([], ["SER_LIVE_DEVICE": "of-the-variable"], "of-the-variable"),
        (["--device", "of-the-option"], ["SER_LIVE_DEVICE": "of-the-variable"], "of-the-option"),
        ([], ["SER_LIVE_CONFIG": file.path], "of-the-file"),
        (["--config", file.path], [:], "of-the-file"),
        (["--config", file.path], ["SER_LIVE_DEVICE": "of-the-variable"], "of-the-variable"),
        (["--config", file.path, "--device=of-the-option"], [:], "of-the-option"),
      ] as [([String], [String: String], String)] {
        let outcome = try run(command + more, environment)
        #expect(outcome.ending == .exited(69) && outcome.errors.contains(device), "\(outcome.errors)")
        #expect(outcome.output == "")
      }
    }
  }

  @Test("Raw input and its format")
  func raw() throws {
    let environment = ["SER_LIVE_DEVICE": "-", "SER_LIVE_RATE": "16000", "SER_LIVE_FORMAT": "jsonl"]
    let process = try Program.start("check", "--seconds", "1", environment: environment, input: .file("/dev/zero"))
    #expect(process.end(within: .seconds(20)) == .exited(69))
    #expect(process.lines.text.hasPrefix("{") && process.lines.text.contains("standard input"))
    // A device that is named has no need of what describes raw input.
    let device = try run(["check", "--device", "no-such-device"], environment)
    #expect(device.ending == .exited(69) && device.errors.contains("no-such-device"), "\(device.errors)")
  }

  @Test("A variable for other commands is fine, and silent")
  func others() throws {
    try withTemporaryFolder { folder in
      let profile = folder.appending(path: "me.profile").path
      let environment = [
        "SER_LIVE_DEVICE": "no-such-device", "SER_LIVE_RATE": "16000", "SER_LIVE_FORMAT": "emotionml",
        "SER_LIVE_OUTPUT": "jsonl:/no/such/folder/x", "SER_LIVE_EVERY": "2", "SER_LIVE_SMOOTHING": "calm",
        "SER_LIVE_RECORD": "/no/such/folder/x.wav", "SER_LIVE_JOBS": "2",
      ]
      // Recordings in place of the device, which the variable names.
      let made = try run(
        ["calibrate", Program.angry, Program.sad, "--seconds", "1", "--output", profile], environment)
      #expect(made.ending == .exited(0) && made.errors.hasPrefix("ser-live: wrote \(profile)"), "\(made.errors)")
      for command in [["model"], ["settings"], ["features", "--describe"]] {
        let outcome = try run(command, environment)
        #expect(outcome.ending == .exited(0) && outcome.errors == "", "\(command) \(outcome.errors)")
        #expect(try outcome.output == run(command, [:]).output, "\(command)")
      }
      let missing = try run(
        ["evaluate", "--data", "/no/such.csv"], environment.merging(["SER_LIVE_MODEL": "/no/such.model"]) { $1 })
      #expect(missing.ending == .exited(66) && missing.errors.contains("/no/such.model"), "\(missing.errors)")
      let played = try run(["file", Program.angry, "--realtime", "--format", "text"], ["SER_LIVE_JOBS": "4"])
      #expect(played.ending == .exited(0) && played.errors == "", "\(played.errors)")
      let stray = try run(["check", "--device", "no-such-device"], ["SER_LIVE_DEVIC": "x"])
      #expect(stray.errors.hasPrefix("ser-live: unknown variable SER_LIVE_DEVIC; did you mean 'SER_LIVE_DEVICE'?\n"))
    }
  }

  @Test("What holds, and who said so")
  func printed() throws {
    for command in [["check"], Self.calibrate] {
      let outcome = try run(command + ["--print-config"], ["SER_LIVE_DEVICE": "other"])
      #expect(outcome.ending == .exited(0) && outcome.errors == "")
      #expect(outcome.output.contains("device: other  # from SER_LIVE_DEVICE\n"), "\(outcome.output)")
      #expect(!outcome.output.contains("every"))
    }
  }
}
