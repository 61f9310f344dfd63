import Foundation
import Streaming
import TestSupport
import Testing

/// The program on sound of several channels, and on silence that is not nobody speaking.
@Suite("Channels", .timeLimit(.minutes(3)))
struct ChannelTests {
  private static let angry = try! Recording(path: Program.angry).resampled(to: 16_000)
  private static let sad = try! Recording(path: Program.sad).resampled(to: 16_000)

  /// A file of these channels at 16 kHz, for as long as a test needs it.
  private func withRecording(_ channels: [Float]..., body: (_ path: String, _ folder: URL) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "talk.wav")
      Recording.writeChannels(channels, rate: 16_000, url)
      try body(url.path, folder)
    }
  }

  private func noise(_ count: Int, level: Double) -> [Float] {
    var state: UInt32 = 5
    let amplitude = Float(pow(10, level / 20) * 3.0.squareRoot())
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return amplitude * (Float(state >> 8) / Float(1 << 23) - 1)
    }
  }

  private func bytes(_ channels: [Float]...) -> [UInt8] {
    let count = channels.map(\.count).min()!
    return Recording(samples: (0..<count).flatMap { frame in channels.map { $0[frame] } }, rate: 16_000).bytes(.s16le)
  }

  /// The events of a channel as they would be without it.
  private func events(_ output: String, channel: Int) -> [String] {
    output.split(separator: "\n").filter { $0.hasSuffix(#","channel":\#(channel)}"#) }.map {
      $0.replacingOccurrences(of: #","channel":\#(channel)}"#, with: "}")
    }
  }

  @Test("An inverted channel is said, and the channel that is to be used has the label")
  func cancelled() throws {
    let voice = Self.sad.samples
    try withRecording(voice, voice.map { -$0 }) { path, _ in
      let mixed = try Program.run("file", path, "--format", "jsonl")
      #expect(mixed.ending == .exited(0))
      let warning = try #require(try mixed.events().first { $0.type == "warning" })
      #expect(warning.keys == Event.keys["warning"] && warning["code"] == "cancelled")
      #expect((warning["message"] as String? ?? "").contains("use --channel 1"))
      #expect(try mixed.events().last?.label == "silence")
      let one = try Program.run("file", path, "--channel", "1", "--format", "jsonl")
      #expect(one.errors == "" && !one.output.contains("warning"))
      #expect(try one.events().last?.label == "sad")
      // The commands without events say it as well.
      for command in [
        ["features", path, "--output", path + ".npy"], ["calibrate", path, "--output", path + ".profile"],
      ] {
        #expect(try Program.run(command).errors.contains("use --channel 1"))
      }
    }
    let live = try Program.run(
      "live", "--device", "-", "--rate", "16000", "--channels", "2", input: bytes(voice, voice.map { -$0 }))
    #expect(live.ending == .exited(0) && live.errors.contains("warning: the mix of the 2 channels is"))
  }

  @Test("Speech on the left and noise on the right: the mix has none, and each channel by itself does")
  func covered() throws {
    let voice = Self.sad.samples
    try withRecording(voice, noise(voice.count, level: -15)) { path, _ in
      let mixed = try Program.run("file", path)
      #expect(mixed.output.contains("silence") && mixed.errors.contains("use --channel each"), "\(mixed.errors)")
      let each = try Program.run("file", path, "--channel", "each", "--events", "file")
      #expect(each.errors == "")
      let lines = each.output.split(separator: "\n")
      try #require(lines.count == 2)
      #expect(lines[0].hasPrefix("channel 1  ") && lines[0].contains(": sad "))
      #expect(lines[1].hasPrefix("channel 2  ") && lines[1].contains(": silence "))
    }
    // The same sound twice is no reason to look at each.
    let hiss = noise(32_000, level: -30)
    try withRecording(hiss, hiss) { path, _ in
      let outcome = try Program.run("file", path)
      #expect(outcome.errors == "")
    }
  }

  @Test("Each channel gives the very events that it gives alone, from a file and live")
  func each() throws {
    try withRecording(Self.angry.samples, Self.sad.samples) { path, folder in
      let arguments = ["--format", "jsonl", "--every", "0.2"]
      let each = try Program.run(["file", path, "--channel", "each"] + arguments)
      #expect(each.ending == .exited(0) && each.errors == "")
      for channel in 1...2 {
        let alone = try Program.run(["file", path, "--channel", "\(channel)"] + arguments)
        #expect(events(each.output, channel: channel) == alone.output.split(separator: "\n").map(String.init))
      }
      let all = try each.events()
      #expect(all.allSatisfy { $0.keys.contains("channel") })
      #expect(all.filter { $0.type == "file" }.map(\.label) == ["angry", "sad"])
      // 16 bits are coarser than the file's floats.
      let steps = folder.appending(path: "steps.wav")
      let recordings = [Self.angry, Self.sad].map { $0.steps.map { Float($0) * 0x1p-15 } }
      Recording.writeChannels(recordings, rate: 16_000, steps)
      let expected = try Program.run(["file", steps.path, "--channel", "each"] + arguments).output.split(
        separator: "\n"
      )
      .filter { !$0.hasPrefix(#"{"type":"file""#) }
      let count = max(Self.angry.samples.count, Self.sad.samples.count)
      func padded(_ samples: [Float]) -> [Float] { samples + Array(repeating: 0, count: count - samples.count) }
      let copy = folder.appending(path: "copy.wav").path
      let live = try Program.run(
        ["live", "--device", "-", "--rate", "16000", "--channels", "2", "--channel", "each", "--record", copy]
          + arguments,
        input: bytes(padded(Self.angry.samples), padded(Self.sad.samples)))
      #expect(live.ending == .exited(0) && live.errors == "")
      #expect(live.output.split(separator: "\n") == expected)
      // What was recorded are both channels.
      let again = try Program.run(["file", copy, "--channel", "each"] + arguments).output.split(separator: "\n")
      #expect(again.filter { !$0.hasPrefix(#"{"type":"file""#) } == expected)
    }
  }

  @Test("The channel is part of every form, and of what an alert's command is told")
  func forms() throws {
    try withRecording(Self.sad.samples, Self.angry.samples) { path, folder in
      let (tsv, xml, told) = (
        folder.appending(path: "a.tsv").path, folder.appending(path: "a.xml").path, folder.appending(path: "told").path
      )
      let outcome = try Program.run(
        "file", path, "--channel", "each", "--output", "tsv:\(tsv)", "--output", "emotionml:\(xml)", "--alert",
        "angry:0.5", "--on-alert", "{ echo $ALERT_CHANNEL; cat; } > \(told)")
      #expect(outcome.ending == .exited(0))
      #expect(
        outcome.output.split(separator: "\n").allSatisfy { $0.hasPrefix("channel 1  ") || $0.hasPrefix("channel 2  ") })
      #expect(outcome.output.contains("channel 2  ") && outcome.output.contains("ALERT: angry"))
      let rows = try String(contentsOfFile: tsv, encoding: .utf8).split(separator: "\n").map {
        $0.split(separator: "\t", omittingEmptySubsequences: false)
      }
      #expect(rows[0].last == "channel" && Set(rows.map(\.count)).count == 1)
      #expect(Set(rows.dropFirst().map { $0.last! }) == ["1", "2"])
      let document = try String(contentsOfFile: xml, encoding: .utf8)
      #expect(
        document.contains("<info>channel 1</info></emotion>") && document.contains("<info>channel 2</info></emotion>"))
      let alert = try String(contentsOfFile: told, encoding: .utf8).split(separator: "\n")
      #expect(alert.first == "2" && alert.last?.hasSuffix(#","channel":2}"#) == true)
      // Without `each` nothing of it is there.
      let mixed = try Program.run("file", path, "--format", "tsv")
      #expect(!mixed.output.contains("channel"))
    }
  }

  @Test("Recordings of one channel are channel 1; one that lacks the channel is reported, and the others go on")
  func numbers() throws {
    try withRecording(Self.sad.samples, Self.angry.samples) { path, _ in
      let both = try Program.run(
        "file", Program.sad, path, "--channel", "each", "--format", "jsonl", "--events", "file")
      #expect(try both.events().map { $0["channel"] ?? 0 } == [1, 1, 2])
      let second = try Program.run("file", Program.sad, path, "--channel", "2", "--format", "jsonl", "--events", "file")
      #expect(second.ending == .exited(65))
      #expect(second.errors.contains("has 1 channel: there is no channel 2"))
      #expect(try second.events().map(\.label) == ["angry"])
      let live = try Program.run("live", "--device", "-", "--rate", "16000", "--channel", "2", input: [])
      #expect(live.ending == .exited(64) && live.errors.contains("has 1 channel: there is no channel 2"))
      let bad = try Program.run("file", path, "--channel", "left")
      #expect(bad.ending == .exited(64) && bad.errors.contains("n|mix|each"))
    }
    let profile = try Program.run("calibrate", "--channel", "each", "--output", "x.profile", Program.sad)
    #expect(profile.ending == .exited(64) && profile.errors.contains("a profile is of one voice"))
  }

  @Test("Ten seconds of zeros in live are said once, and again when they come back")
  func muted() throws {
    let silence = [Float](repeating: 0, count: 160_000)
    let live = try Program.run(
      "live", "--device", "-", "--rate", "16000", "--format", "jsonl",
      input: bytes(silence + Self.sad.samples + silence))
    #expect(live.ending == .exited(0) && live.errors == "")
    let warnings = try live.events().filter { $0.type == "warning" }
    #expect(warnings.map { $0["code"] ?? "" } == ["muted", "muted"], "\(live.output)")
    let time: Double = warnings.first?["time"] ?? -1
    #expect(time == 0)
    let message: String = warnings.first?["message"] ?? ""
    #expect(message.contains("unmute"))
    let each = try Program.run(
      "live", "--device", "-", "--rate", "16000", "--channels", "2", "--channel", "each", "--format", "jsonl",
      input: bytes(silence, noise(160_000, level: -40)))
    #expect(try each.events().filter { $0.type == "warning" }.map { $0["channel"] ?? 0 } == [1])
  }

  @Test("A recording with seconds of digital silence is not muted; one of nothing else is")
  func edited() throws {
    let pause = [Float](repeating: 0, count: 32_000)
    try withRecording(pause + Self.sad.samples + pause + pause + pause + Self.sad.samples) { path, _ in
      let outcome = try Program.run("file", path)
      #expect(outcome.errors == "")
    }
    try withRecording(pause + pause) { path, _ in
      let outcome = try Program.run("file", path)
      #expect(outcome.ending == .exited(0) && outcome.output.contains("silence"))
      #expect(outcome.errors.contains("all samples of the whole recording are the same"))
    }
  }

  @Test("features writes an array of each channel, or a row of statistics")
  func features() throws {
    try withRecording(Self.sad.samples, Self.angry.samples) { path, folder in
      func run(_ arguments: String...) throws {
        let outcome = try Program.run(["features", path] + arguments)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      }
      func data(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
      try run("--channel", "each", "--output", folder.appending(path: "rows.npy").path)
      for channel in 1...2 {
        try run("--channel", "\(channel)", "--output", folder.appending(path: "one.npy").path)
        #expect(try data("rows-\(channel).npy") == data("one.npy"))
      }
      #expect(try data("rows-1.npy") != data("rows-2.npy"))
      #expect(!FileManager.default.fileExists(atPath: folder.appending(path: "rows.npy").path))
      try run("--channel", "each", "--functionals", "mean", "--output", folder.appending(path: "sums.csv").path)
      let table = try String(contentsOf: folder.appending(path: "sums.csv"), encoding: .utf8).split(separator: "\r\n")
      #expect(table.count == 3 && table[0].contains(",channel,"))
      let many = try Program.run(
        "features", path, Program.sad, "--channel", "each", "--output", folder.appending(path: "arrays").path)
      #expect(many.ending == .exited(0))
      let index = try String(contentsOf: folder.appending(path: "arrays/index.csv"), encoding: .utf8)
      #expect(index.contains("talk-1.npy") && index.contains("talk-2.npy") && index.contains("sad-1.npy"))
      #expect(index.split(separator: "\r\n").map { $0.split(separator: ",").last } == ["channel", "1", "2", "1"])
    }
  }

  @Test("check tells the level of each channel, what is wrong with them, and reports on each")
  func check() throws {
    let voice = Self.angry.samples
    func check(_ input: [UInt8], _ arguments: String...) throws -> Program.Outcome {
      try Program.run(
        ["check", "--device", "-", "--rate", "16000", "--channels", "2", "--seconds", "3"] + arguments, input: input)
    }
    let inverted = try check(bytes(voice, voice.map { -$0 }))
    #expect(inverted.ending == .exited(69) && inverted.output.contains("use --channel 1"), "\(inverted.output)")
    #expect(!inverted.output.contains("alsamixer"))
    let half = try check(bytes(voice, [Float](repeating: 0, count: voice.count)))
    #expect(half.ending == .exited(0) && half.output.contains("Channel 2 always has the same sample"), "\(half.output)")
    #expect(half.output.contains("\nchannels     1: -"))
    let each = try check(bytes(voice, noise(voice.count, level: -30)), "--channel", "each", "--format", "jsonl")
    let reports = try each.events()
    #expect(each.ending == .exited(0) && reports.map { $0["channel"] ?? 0 } == [1, 2])
    #expect((reports.first?["speech"] as Double? ?? 0) > 1 && reports.last?["speech"] == 0.0)
    let dead = try check(bytes(voice, [Float](repeating: 0, count: voice.count)), "--channel", "each")
    #expect(dead.ending == .exited(69) && dead.errors.contains("channel 2 of standard input"))
  }

  @Test(
    "The view shows the channels side by side, or below each other",
    .enabled(if: Tmux.isAvailable, "\(Tmux.requirement)"), arguments: [100, 70])
  func view(columns: Int) throws {
    try withRecording(Self.sad.samples, Self.angry.samples) { _, folder in
      let terminal = try Tmux(columns: columns, rows: 32, in: folder)
      try terminal.run("clear; \(Program.path) file --realtime --channel each talk.wav")
      let isAngry = terminal.waits { screen in
        screen.contains("ser-live  talk.wav") && screen.contains(">a angry") || screen.contains(">angry")
      }
      let screen = terminal.screen
      try #require(isAngry, "\(screen)")
      let widest = screen.map(\.count).max() ?? 0
      #expect(widest <= columns)
      let names = screen.filter { $0.contains("channel ") }
      #expect(names.count == (columns == 100 ? 1 : 2), "\(screen)")
      let text = names.joined()
      #expect(text.contains("channel 1") && text.contains("channel 2"))
      let levels = screen.filter { $0.contains("level") && $0.contains("dB") }
      #expect(!levels.isEmpty)
      let keys = screen.last ?? ""
      #expect(keys.contains("space pause"))
      try terminal.press("q")
      let isBack = terminal.waitsForPrompt()
      #expect(isBack)
    }
  }
}
