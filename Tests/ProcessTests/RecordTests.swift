import Foundation
import TestSupport
import Testing

@Suite("ser-live live --record", .timeLimit(.minutes(2)))
struct RecordTests {
  /// The events of a session without what only a session has: latencies, warnings and the verdict on a file.
  private func events(_ lines: [String]) -> [String] {
    lines.filter { !$0.contains(#""type":"warning""#) && !$0.contains(#""type":"file""#) }
      .map { $0.replacing(/,"latency_ms":[0-9.-]+/, with: "") }
  }

  private func replay(_ path: String) throws -> [String] {
    let outcome = try Program.run("file", path, "--format", "jsonl", "--every", "0.2")
    #expect(outcome.ending == .exited(0) && outcome.errors == "")
    return events(outcome.output.split(separator: "\n").map(String.init))
  }

  @Test("The recording gives the same events again", arguments: ["flac", "wav"], [16_000, 44_100])
  func replayed(ending: String, rate: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "session.\(ending)").path
      var recording = try Recording(path: Program.angry).resampled(to: rate)
      // Two channels of floats with more bits than a recording keeps.
      let bytes = recording.samples.flatMap { sample in
        [sample * 0.913, sample * 0.777].flatMap { value in
          (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * UInt32($0))) }
        }
      }
      let live = try Program.run(
        "live", "--device", "-", "--rate", "\(rate)", "--encoding", "f32le", "--channels", "2", "--format", "jsonl",
        "--every", "0.2", "--record", path, input: bytes)
      #expect(live.ending == .exited(0) && live.errors == "")
      let heard = events(live.output.split(separator: "\n").map(String.init))
      #expect(heard.contains { $0.contains(#""type":"utterance""#) })
      #expect(try replay(path) == heard)

      let length = recording.samples.count
      recording = try Recording(path: path)
      #expect(recording.rate == rate && recording.samples.count == length)
    }
  }

  @Test(
    "A session at a microphone that is lost and comes back, and that Ctrl-C ends, is replayed with its gap",
    .enabled(if: VirtualMicrophone.isAvailable, "\(VirtualMicrophone.requirement)"))
  func gap() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "session.flac").path
      let wav = folder.appending(path: "recording.wav")
      try Recording(path: Program.angry).writeWAV(wav)
      try VirtualMicrophone.exclusively { microphone in
        let process = try Program.start(
          "live", "--device", "pulse", "--format", "jsonl", "--every", "0.2", "--record", path,
          environment: microphone.environment)
        try #require(process.lines.next(within: .seconds(10)) { $0.contains(#""type":"frame""#) } != nil)
        try microphone.killServer()
        try #require(process.lines.next(within: .seconds(8)) { $0.contains(#""code":"disconnected""#) } != nil)
        usleep(500_000)
        try microphone.restartServer()
        try #require(process.lines.next(within: .seconds(10)) { $0.contains(#""code":"reconnected""#) } != nil)
        let player = try microphone.play(file: wav)
        try #require(process.lines.next(within: .seconds(8)) { $0.contains(#""type":"utterance""#) } != nil)
        player.waitUntilExit()
        process.send(SIGINT)
        #expect(process.end(within: .seconds(2)) == .exited(0))
        #expect(try replay(path) == events(process.lines.all))
      }
    }
  }

  @Test("A recording that is killed can be read up to then", arguments: ["flac", "wav"])
  func killed(ending: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "session.\(ending)").path
      let process = try Program.start(
        "live", "--device", "-", "--rate", "16000", "--format", "jsonl", "--every", "0.5", "--record", path,
        input: .pipe)
      process.write(try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le))
      try #require(process.lines.next(within: .seconds(10)) { $0.contains(#""type":"utterance""#) } != nil)
      process.send(SIGKILL)
      #expect(process.end(within: .seconds(2)) == .killed(signal: SIGKILL))
      #expect(try Recording(path: path).samples.count > 2 * 16_000)
      #expect(try replay(path).contains { $0.contains(#""label":"angry""#) })
    }
  }

  @Test("A disk that is full ends the recording, not the session", arguments: ["flac", "wav"])
  func full(ending: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "session.\(ending)").path
      // A limit of 20 blocks of 1024 bytes stands for the end of the disk.
      let process = try ChildProcess(
        "/bin/bash",
        [
          "-c", #"ulimit -f 20; exec "$0" live --device - --rate 16000 --format jsonl --record "$1""#, Program.path,
          path,
        ], input: .pipe)
      process.write(try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le))
      process.closeInput()
      #expect(process.end(within: .seconds(10)) == .exited(74))
      let events = try process.lines.all.map { try Event($0) }
      let warnings = events.filter { $0.type == "warning" }
      #expect(warnings.map { $0["code"] } == ["recording"])
      #expect(events.contains { $0.type == "utterance" && $0.label == "angry" })
      #expect(process.errors.all.count == 1 && process.errors.text.contains("File too large"))
      #expect(process.errors.text.contains(path))
      // What is there is whole: libsndfile reads it to its end.
      #expect(try Recording(path: path).samples.count > 4096)
    }
  }

  @Test("Names and places that cannot be recorded to")
  func refused() throws {
    let name = try Program.run("live", "--device", "-", "--rate", "16000", "--record", "a.mp3", input: [0, 0])
    #expect(name.ending == .exited(64) && name.errors.contains(".flac or .wav"))
    let place = try Program.run(
      "live", "--device", "-", "--rate", "16000", "--record", "/no/such/folder/a.wav", input: [0, 0])
    #expect(place.ending == .exited(74) && place.errors.contains("/no/such/folder/a.wav"))
    #expect(place.errors.split(separator: "\n").count == 1 && place.output == "")
  }
}
