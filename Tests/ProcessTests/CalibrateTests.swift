import Foundation
import TestSupport
import Testing

@Suite("ser-live calibrate and --profile", .timeLimit(.minutes(2)))
struct CalibrateTests {
  /// The labels and verdicts that the program gives of a recording.
  private func events(_ arguments: String...) throws -> [String] {
    let process = try Program.start(["file", Program.angry, "--format", "jsonl"] + arguments)
    #expect(process.end(within: .seconds(30)) == .exited(0), "\(process.errors.text)")
    return process.lines.all
  }

  @Test("A profile of recordings is made once and for all, and listening begins with it")
  func recordings() throws {
    try withTemporaryFolder { folder in
      let profile = folder.appending(path: "me.profile").path
      let made = try Program.run(
        "calibrate", "--output", profile, "--seconds", "2", Program.sad, Program.sad)
      #expect(made.ending == .exited(0) && made.output == "", "\(made.errors)")
      #expect(made.errors.hasPrefix("ser-live: wrote \(profile), from "))
      let bytes = try Data(contentsOf: URL(filePath: profile))
      #expect(bytes.count < 4096)
      #expect(
        try Program.run("calibrate", "--output", profile, "--seconds", "2", Program.sad, Program.sad).ending
          == .exited(0))
      #expect(try Data(contentsOf: URL(filePath: profile)) == bytes)

      let plain = try events()
      let known = try events("--profile", profile)
      #expect(known != plain && known.last?.contains("\"type\":\"file\"") == true)
      #expect(try events("--profile", profile) == known)
      // Live it is the same.
      let raw = try Recording(path: Program.angry).resampled(to: 16_000)
      let wav = folder.appending(path: "raw.wav")
      raw.writeWAV(wav)
      let file = try Program.run("file", wav.path, "--format", "jsonl", "--profile", profile).events()
      let live = try Program.run(
        "live", "--device", "-", "--rate", "16000", "--format", "jsonl", "--profile", profile,
        input: raw.bytes(.s16le)
      ).events()
      func utterances(_ events: [Event]) -> [String] { events.filter { $0.type == "utterance" }.map(\.line) }
      #expect(!utterances(live).isEmpty && utterances(live) == utterances(file))
    }
  }

  @Test("From a pipe it counts seconds of speech, and ends when there are enough")
  func pipe() throws {
    try withTemporaryFolder { folder in
      let profile = folder.appending(path: "me.profile").path
      let speech = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
      let process = try Program.start(
        "calibrate", "--output", profile, "--seconds", "3", "--device", "-", "--rate", "16000", input: .pipe)
      // Never closed: it must end by itself. A write fails once it has.
      for _ in 0..<20 where process.write(speech) {}
      #expect(process.end(within: .seconds(30)) == .exited(0), "\(process.errors.text)")
      #expect(process.errors.all.prefix(2) == ["1 of 3 s", "2 of 3 s"])
      #expect(process.errors.text.contains("wrote \(profile), from 3"))
    }
  }

  @Test(
    "Somebody speaks into a microphone",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func microphone() throws {
    try VirtualMicrophone.withRecording { microphone, wav in
      let profile = wav.deletingLastPathComponent().appending(path: "me.profile").path
      let process = try Program.start(
        "calibrate", "--output", profile, "--device", "pulse", "--seconds", "2", environment: microphone.environment)
      try #require(process.errors.next(within: .seconds(5)) { $0.contains("in a neutral voice") } != nil)
      // A sound server that a swamped machine holds up loses samples: what is missing is played again.
      for _ in 0..<4 where !FileManager.default.fileExists(atPath: profile) {
        try microphone.play(file: wav).waitUntilExit()
      }
      #expect(process.end(within: .seconds(8)) == .exited(0), "\(process.errors.text)")
      #expect(process.errors.text.contains("1 of 2 s"))
      #expect(FileManager.default.fileExists(atPath: profile))
    }
  }

  @Test("What gives no profile is said, and nothing is written")
  func errors() throws {
    try withTemporaryFolder { folder in
      let profile = folder.appending(path: "me.profile").path
      func sentence(_ code: Int32, _ arguments: String...) throws -> String {
        let process = try Program.start(["calibrate"] + arguments)
        #expect(process.end(within: .seconds(30)) == .exited(code), "\(process.errors.text)")
        #expect(!FileManager.default.fileExists(atPath: profile))
        return process.errors.all.last { $0.hasPrefix("ser-live: ") || $0.hasPrefix("Error: ") } ?? ""
      }
      let short = try sentence(65, "--output", profile, Program.sad)
      #expect(short.contains("s of speech were found, but 10 s are needed: speak longer"))
      let silence = [UInt8](repeating: 0, count: 2 * 16_000 * 11)
      let silent = try Program.run(
        "calibrate", "--output", profile, "--device", "-", "--rate", "16000", input: silence)
      #expect(silent.ending == .exited(65))
      #expect(silent.errors.contains("no speech was detected yet"))
      #expect(silent.errors.contains("0 s of speech were found"))
      #expect(try sentence(66, "--output", profile, "/no/such.wav").contains("/no/such.wav"))
      #expect(try sentence(64, "--output", profile, "--seconds", "0").contains("--seconds"))
      #expect(
        try sentence(64, "--output", profile, "--device", "-", "--rate", "16000", Program.sad)
          .contains("exclude each other"))
      #expect(
        try sentence(74, "--output", "/no/such/me.profile", "--seconds", "1", Program.sad).contains(
          "/no/such/me.profile"))
    }
  }

  @Test("A profile that is damaged, or of other rows, is refused by each command that takes one")
  func refused() throws {
    try withTemporaryFolder { folder in
      let profile = folder.appending(path: "me.profile")
      #expect(
        try Program.run("calibrate", "--output", profile.path, "--seconds", "1", "--denoise", Program.sad).ending
          == .exited(0))
      let bytes = try Data(contentsOf: profile)
      try TinyCorpus.write(actors: [2], to: folder)
      let commands = [
        ["file", Program.angry], ["live", "--device", "-", "--rate", "16000"], ["evaluate", "--data", folder.path],
        ["adapt", "--data", folder.path, "--output", folder.appending(path: "it.safetensors").path],
      ]
      for command in commands {
        func refusal(_ code: Int32, _ path: String) throws -> String {
          let process = try Program.start(command + ["--profile", path])
          #expect(process.end(within: .seconds(30)) == .exited(code), "\(process.errors.text)")
          return process.errors.text
        }
        let other = try refusal(65, profile.path)
        #expect(
          other.contains("me.profile: ")
            && other.contains("preprocessing.denoise is true in the profile and false in the model"))
        let torn = folder.appending(path: "torn.profile")
        try bytes.dropLast(3).write(to: torn)
        #expect(try refusal(65, torn.path).contains("torn.profile is not a usable safetensors file"))
        #expect(try refusal(66, "/no/such.profile").contains("/no/such.profile"))
      }
      // With the same option it fits.
      #expect(try Program.run("file", Program.angry, "--denoise", "--profile", profile.path).ending == .exited(0))
    }
  }
}
