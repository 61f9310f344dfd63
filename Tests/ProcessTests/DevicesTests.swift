import Foundation
import TestSupport
import Testing

@Suite("Choosing a device", .timeLimit(.minutes(1)))
struct DevicesTests {
  /// libasound with two devices of its own making, which hear nothing.
  private func withTwoDevices(_ body: ([String: String]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let configuration = folder.appending(path: "alsa.conf")
      try """
      pcm.desk { type null hint { show on description "Desk microphone" } }
      pcm.door { type null hint { show on description "Car microphone, left door" } }
      """.write(to: configuration, atomically: true, encoding: .utf8)
      try body(["ALSA_CONFIG_PATH": configuration.path])
    }
  }

  @Test("The list, for people and for programs")
  func list() throws {
    try withTwoDevices { environment in
      let text = try Program.start("devices", environment: environment)
      #expect(text.end(within: .seconds(5)) == .exited(0) && text.errors.text == "")
      #expect(text.lines.all.count == 2)
      #expect(text.lines.all.allSatisfy { $0.split(separator: "\t").count == 4 })
      let json = try Program.start("devices", "--format", "jsonl", environment: environment)
      #expect(json.end(within: .seconds(5)) == .exited(0) && json.errors.text == "")
      let events = try json.lines.all.map { try Event($0) }
      #expect(events.map { $0["name"] } == ["desk", "door"])
      for event in events {
        #expect(
          event.keys == [
            "type", "name", "description", "available", "rates", "any_rate", "channels_min", "channels_max",
          ])
        #expect(try #require(event["rates"] as [Int]?).contains(48_000))
      }
    }
  }

  @Test("Who names one that is not there is told which are, without converters that lead nowhere")
  func missing() throws {
    try withTemporaryFolder { folder in
      let configuration = folder.appending(path: "alsa.conf")
      try """
      pcm.desk { type null hint { show on description "Desk microphone" } }
      pcm.convert { type hw card 31 hint { show on description "A converter" } }
      """.write(to: configuration, atomically: true, encoding: .utf8)
      let process = try Program.start(
        "live", "--device", "sofa", environment: ["ALSA_CONFIG_PATH": configuration.path])
      #expect(process.end(within: .seconds(5)) == .exited(69))
      #expect(process.errors.text.contains("desk: Desk microphone"))
      #expect(!process.errors.text.contains("A converter"), "\(process.errors.text)")
    }
  }

  @Test("By a part of the description")
  func part() throws {
    try withTwoDevices { environment in
      let process = try Program.start(
        "live", "--device", "LEFT door", "--format", "jsonl", "--every", "0.1", environment: environment)
      #expect(process.lines.next(within: .seconds(5)) { $0.contains(#""type":"frame""#) } != nil)
      process.send(SIGTERM)
      #expect(process.end(within: .seconds(2)) == .exited(0))
      #expect(process.errors.text.contains("listening to door,"))
    }
  }

  @Test("A wrong one lists what there is, an ambiguous one what it could be")
  func wrong() throws {
    try withTwoDevices { environment in
      for (wanted, names) in [
        ("gramophone", ["desk", "door"]), ("microphone", ["desk", "door"]), ("", ["desk", "door"]),
      ] {
        let process = try Program.start("live", "--device", wanted, environment: environment)
        #expect(process.end(within: .seconds(5)) == .exited(69))
        #expect(process.lines.text == "")
        let lines = process.errors.all
        #expect(lines.first?.contains("\"\(wanted)\"") == true)
        #expect(lines.dropFirst().map { $0.prefix { $0 != ":" } } == names.map { "  \($0)" })
      }
    }
  }

  @Test("Periods, buffers and channels that cannot be")
  func numbers() throws {
    try withTwoDevices { environment in
      for (arguments, words) in [
        (["--period", "0"], "period of 0 ms"), (["--period", "50", "--buffer", "60"], "buffer of 60 ms"),
        (["--channel", "9"], "channel 9"), (["--channel", "left"], "left"),
      ] {
        let process = try Program.start(["live", "--device", "desk"] + arguments, environment: environment)
        #expect(process.end(within: .seconds(5)) == .exited(64))
        #expect(process.errors.text.contains(words), "\(process.errors.text)")
      }
      let process = try Program.start(
        "live", "--device", "desk", "--period", "20", "--buffer", "100", "--channel", "2", environment: environment)
      #expect(
        process.errors.next(within: .seconds(5)) { $0.contains("channels 2, period 20 ms, buffer 100 ms") } != nil)
      process.send(SIGINT)
      #expect(process.end(within: .seconds(2)) == .exited(0))
    }
    let raw = try Program.run("live", "--device", "-", "--rate", "16000", "--period", "10", input: [0, 0])
    #expect(raw.ending == .exited(64) && raw.errors.contains("--period"))
  }

  @Test("One channel of raw input")
  func channel() throws {
    let samples = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    let mono = try Program.run("live", "--device", "-", "--rate", "16000", "--format", "jsonl", input: samples)
    // The recording is the second of two channels, the first is noise.
    let stereo = stride(from: 0, to: samples.count, by: 2).flatMap { index in
      [UInt8.random(in: 0...255), UInt8.random(in: 0...255), samples[index], samples[index + 1]]
    }
    let second = try Program.run(
      "live", "--device", "-", "--rate", "16000", "--channels", "2", "--channel", "2", "--format", "jsonl",
      input: stereo)
    #expect(mono.output.contains("angry") && second.output == mono.output)
    let third = try Program.run(
      "live", "--device", "-", "--rate", "16000", "--channels", "2", "--channel", "3", input: stereo)
    #expect(third.ending == .exited(64) && third.errors.contains("channel 3"))
  }
}
