import CSndfile
import Foundation
import TestSupport
import Testing

@Suite("Recordings with their headers on standard input", .timeLimit(.minutes(2)))
struct HeaderTests {
  /// The bytes of a recording in a container.
  private func bytes(_ recording: Recording, _ format: Int) throws -> [UInt8] {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "recording")
      recording.write(url, format: format)
      return Array(try Data(contentsOf: url))
    }
  }

  private func label(_ outcome: Program.Outcome) throws -> String {
    try #require(try outcome.events().last { $0.type == "utterance" }).label
  }

  @Test("A WAV and an AU are read by their headers, whatever the options say")
  func live() throws {
    let recording = try Recording(path: Program.sad).resampled(to: 48_000)
    let wav = try bytes(recording, SF_FORMAT_WAV | SF_FORMAT_PCM_16)
    let plain = try Program.run("live", "--device", "-", "--format", "jsonl", input: wav)
    #expect(plain.ending == .exited(0) && plain.errors == "")
    #expect(try label(plain) == "sad")
    let told = try Program.run("live", "--device", "-", "--rate", "16000", "--format", "jsonl", input: wav)
    #expect(told.ending == .exited(0) && told.output == plain.output)
    #expect(
      told.errors
        == "ser-live: standard input is WAV, 48000 Hz, s16le, 1 channel: its header is used, not --rate 16000\n")
    let au = try Program.run(
      "live", "--device", "-", "--format", "jsonl", input: try bytes(recording, SF_FORMAT_AU | SF_FORMAT_PCM_16))
    #expect(au.ending == .exited(0) && au.output == plain.output)
    // What `arecord` writes without options.
    let telephone = try Recording(path: Program.sad).resampled(to: 8000)
    let coarse = try Program.run(
      "live", "--device", "-", "--format", "jsonl", input: try bytes(telephone, SF_FORMAT_WAV | SF_FORMAT_PCM_U8))
    #expect(coarse.ending == .exited(0) && coarse.errors == "")
  }

  @Test("check and calibrate read headers, too")
  func others() throws {
    let wav = try bytes(try Recording(path: Program.sad).resampled(to: 48_000), SF_FORMAT_WAV | SF_FORMAT_PCM_16)
    let check = try Program.run("check", "--device", "-", "--rate", "16000", "--seconds", "2", input: wav)
    #expect(check.ending == .exited(0) && check.output.contains("standard input, WAV, 48000 Hz"))
    #expect(check.errors.contains("its header is used"))
    try withTemporaryFolder { folder in
      let profile = folder.appending(path: "me.profile").path
      let made = try Program.run(
        "calibrate", "--output", profile, "--seconds", "1", "--device", "-", input: wav)
      #expect(made.ending == .exited(0), "\(made.errors)")
      #expect(FileManager.default.fileExists(atPath: profile))
    }
  }

  @Test("What is no PCM is refused, raw PCM without a rate too")
  func refused() throws {
    let flac = Array(try Data(contentsOf: URL(filePath: Program.sad)))
    for command in [["live"], ["check"], ["calibrate", "--output", "/dev/null"]] {
      for rate in [[], ["--rate", "48000"]] {
        let outcome = try Program.run(command + ["--device", "-"] + rate, input: flac)
        #expect(outcome.ending == .exited(65) && outcome.output == "")
        #expect(outcome.errors.contains("standard input is FLAC") && outcome.errors.contains("ffmpeg"))
        #expect(outcome.errors.split(separator: "\n").count == 1)
      }
      let raw = try Program.run(command + ["--device", "-"], input: [UInt8](repeating: 1, count: 1000))
      #expect(raw.ending == .exited(64) && raw.errors.contains("--rate"))
      let silent = try Program.start(command + ["--device", "-"], input: .pipe)
      usleep(300_000)
      silent.send(SIGINT)
      #expect(silent.end(within: .seconds(1)) != .overdue)
    }
  }

  @Test("A pipe that brings samples in real time at another rate is warned of once, a recording is not")
  func pace() throws {
    let sound = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    let recording = try Program.run(
      "live", "--device", "-", "--rate", "16000", "--format", "jsonl",
      input: Array(repeating: sound, count: 4).flatMap(\.self))
    #expect(!recording.output.contains(#""type":"warning""#))

    let process = try Program.start(
      ["live", "--device", "-", "--rate", "16000", "--format", "jsonl"], input: .pipe)
    let begin = ContinuousClock.now
    // Half the rate, so that a machine that is busy keeps up; and until it is found, for such a machine also starts late.
    var count = 0
    var end = begin + .seconds(40)
    var isFound = false
    while ContinuousClock.now < end {
      let start = count % (sound.count - 320)
      guard process.write(sound[start..<(start + 320)]) else { break }
      count += 320
      if !isFound, count % 3200 == 0, process.lines.text.contains(#""type":"warning""#) {
        isFound = true
        end = ContinuousClock.now + .seconds(1)
      }
      let due = begin + .seconds(Double(count / 2) / 8000)
      usleep(UInt32(max(0, (due - ContinuousClock.now) / .microseconds(1))))
    }
    process.closeInput()
    #expect(process.end(within: .seconds(10)) == .exited(0))
    let warnings = process.lines.all.filter { $0.contains(#""type":"warning""#) }
    #expect(warnings.count == 1 && warnings.first?.contains(#""code":"rate""#) == true, "\(warnings)")
  }
}
