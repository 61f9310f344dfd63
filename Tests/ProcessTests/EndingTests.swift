import Foundation
import TestSupport
import Testing

@Suite("Signals, and outputs that close or fail", .timeLimit(.minutes(1)))
struct EndingTests {
  @Test("A reader that goes away ends the program quietly", arguments: ["file", "live"])
  func readerGone(command: String) throws {
    let bytes = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    let process =
      command == "file"
      ? try Program.start("file", Program.angry, "--format", "jsonl", output: .unread)
      : try Program.start(
        "live", "--device", "-", "--rate", "16000", "--format", "jsonl", input: .pipe, output: .unread)
    process.lines.abandon()
    process.write(bytes)
    // The end of the input is not what ends it.
    #expect(process.end(within: .seconds(5)) == .exited(0))
    #expect(process.errors.text == "")
  }

  @Test("… | head -1 shows a line and ends")
  func head() throws {
    let process = try ChildProcess(
      "/bin/bash",
      [
        "-c", #""$0" file "$1" --format jsonl --every 0.05 | head -1; echo "${PIPESTATUS[*]}""#, Program.path,
        Program.angry,
      ])
    #expect(process.end(within: .seconds(5)) == .exited(0))
    #expect(process.lines.all.count == 2 && process.lines.all.last == "0 0")
    #expect(process.errors.text == "")
  }

  @Test("A full disk is an error with a sentence")
  func full() throws {
    let outcome = try Program.run("file", Program.angry, "--format", "jsonl", output: .file("/dev/full"))
    #expect(outcome.ending == .exited(74))
    #expect(outcome.errors.hasPrefix("ser-live: ") && outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.errors.contains("No space left"))
  }

  @Test("A standard output that is closed from the start is an error; no file takes its place")
  func closed() throws {
    let outcome = try Program.run("file", Program.angry, "--format", "jsonl", output: .closed)
    #expect(outcome.ending == .exited(74))
    #expect(outcome.errors.hasPrefix("ser-live: ") && outcome.errors.split(separator: "\n").count == 1)
  }

  @Test(
    "A signal during a recording ends the utterance, reports it and ends the program", arguments: [SIGINT, SIGTERM])
  func signalDuringFile(signal: Int32) throws {
    let process = try Program.start(
      "file", Program.angry, Program.sad, "--realtime", "--format", "jsonl")
    // The first label comes in the middle of the words.
    let line = process.lines.next(within: .seconds(10)) { $0.contains(#""type":"label""#) }
    #expect(line != nil)
    try expectUtterance(process, after: signal)
  }

  @Test("A signal while standard input is silent ends the program", arguments: [SIGINT, SIGTERM])
  func signalDuringSilence(signal: Int32) throws {
    let process = try Program.start(
      "live", "--device", "-", "--rate", "16000", "--format", "jsonl", "--every", "0.1", input: .pipe)
    process.write([0, 0])
    // Its start is over when it has taken the sample; there is no event to wait for.
    usleep(500_000)
    process.send(signal)
    #expect(process.end(within: .seconds(1)) == .exited(0))
    #expect(process.errors.text == "" && process.lines.text == "")
  }

  @Test("A signal while someone speaks on standard input ends the utterance")
  func signalDuringSpeech() throws {
    let bytes = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    let process = try Program.start(
      "live", "--device", "-", "--rate", "16000", "--format", "jsonl", input: .pipe)
    // The first 2.3 s end in the middle of the words.
    process.write(bytes.prefix(2 * 36_800))
    let line = process.lines.next(within: .seconds(10)) { $0.contains(#""type":"label""#) }
    #expect(line != nil)
    try expectUtterance(process, after: SIGINT)
  }

  private func expectUtterance(_ process: ChildProcess, after signal: Int32) throws {
    process.send(signal)
    let sent = ContinuousClock.now
    #expect(process.end(within: .seconds(2)) == .exited(0))
    // A tenth of a second is the rule; three allow for busy cores.
    #expect(ContinuousClock.now - sent < .milliseconds(300))
    #expect(process.errors.text == "")
    let events = try process.lines.all.map { try Event($0) }
    #expect(events.suffix(2).map(\.type) == ["utterance", "label"])
    #expect(events.last?.label == "silence")
  }

  @Test("A second signal ends a program that cannot write")
  func twice() throws {
    // Endless frames fill the pipe that nobody reads.
    let process = try Program.start(
      "live", "--device", "-", "--rate", "16000", "--format", "jsonl", "--every", "0.01", input: .file("/dev/zero"),
      output: .unread)
    usleep(700_000)
    process.send(SIGINT)
    usleep(100_000)
    process.send(SIGINT)
    #expect(process.end(within: .seconds(1)) == .killed(signal: SIGINT))
  }
}
