import Foundation
import Testing

@Suite("Preprocessing on the command line", .timeLimit(.minutes(1)))
struct PreprocessingProcessTests {
  /// What is heard, without what only live events tell.
  private func events(_ outcome: Program.Outcome) throws -> [String] {
    #expect(outcome.ending == .exited(0), "\(outcome.errors)")
    return try outcome.events().filter { $0.type != "file" }
      .map { $0.line.replacing(#/,"latency_ms":[0-9.]+/#, with: "") }
  }

  @Test(
    "A pipe and a recording give the same events behind it, and others than without",
    arguments: ["--denoise", "--automatic-gain"])
  func samePath(option: String) throws {
    try withTemporaryFolder { folder in
      let recording = try Recording(path: Program.angry).resampled(to: 16_000)
      let url = folder.appending(path: "angry.wav")
      recording.writeWAV(url)
      let plain = try events(Program.run("file", url.path, "--format", "jsonl"))
      let file = try events(Program.run("file", url.path, "--format", "jsonl", option))
      let live = try events(
        Program.run(
          "live", "--device", "-", "--rate", "16000", "--format", "jsonl", option, input: recording.bytes(.s16le)))
      #expect(file == live)
      #expect(file != plain && file.contains { $0.contains("utterance") })
      let off = try events(Program.run("file", url.path, "--format", "jsonl", option, "--no-" + option.dropFirst(2)))
      #expect(off == plain)
    }
  }

  @Test("A normalised recording gives the same events, however loud it was")
  func normalized() throws {
    try withTemporaryFolder { folder in
      // Whole 16-bit steps, and four times as many.
      var recording = try Recording(path: Program.angry)
      recording.samples = recording.samples.map { ($0 * 0x1p12).rounded() * 0x1p-15 }
      let quiet = folder.appending(path: "quiet.wav")
      recording.writeWAV(quiet)
      recording.samples = recording.samples.map { $0 * 4 }
      let loud = folder.appending(path: "loud.wav")
      recording.writeWAV(loud)
      func hear(_ url: URL, _ options: String...) throws -> [String] {
        let process = try Program.start(["file", url.path, "--format", "jsonl"] + options)
        let ending = process.end(within: .seconds(30))
        return try events(Program.Outcome(ending: ending, output: process.lines.text, errors: process.errors.text))
      }
      let heard = try hear(loud, "--normalize", "peak")
      #expect(try hear(quiet, "--normalize", "peak") == heard)
      #expect(heard.contains { $0.contains("utterance") })
      #expect(try hear(quiet) != hear(loud))
      // Logarithms round, so a probability may differ in its last decimal.
      func labels(_ lines: [String]) throws -> [String] { try lines.map { try Event($0).label } }
      let louder = try hear(loud, "--normalize", "loudness")
      #expect(try labels(hear(quiet, "--normalize", "loudness")) == labels(louder))
    }
  }

  @Test("Silence cannot be normalised, which is said")
  func silence() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "silence.wav")
      Recording(samples: [Float](repeating: 0, count: 16_000), rate: 16_000).writeWAV(url)
      let outcome = try Program.run("file", url.path, "--format", "jsonl", "--normalize", "peak")
      #expect(outcome.ending == .exited(0))
      #expect(
        outcome.errors.hasSuffix("silence.wav is too quiet or too short to be normalised; it is left unchanged\n"))
    }
  }
}
