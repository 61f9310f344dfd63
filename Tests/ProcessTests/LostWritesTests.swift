import Foundation
import TestSupport
import Testing

/// What cannot be written is an error, however late it shows.
@Suite("Lost writes", .timeLimit(.minutes(2)))
struct LostWritesTests {
  private func expectFull(_ outcome: Program.Outcome, _ what: String) {
    #expect(outcome.ending == .exited(74), "\(what): \(outcome.errors)")
    let last = outcome.errors.split(separator: "\n").last ?? ""
    #expect(last.hasPrefix("ser-live: cannot write the output: No space left on device"), "\(what): \(outcome.errors)")
  }

  @Test("Two seconds of live input to a full disk", arguments: ["text", "jsonl", "tsv", "emotionml"])
  func live(format: String) throws {
    let bytes = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le).prefix(2 * 2 * 16_000)
    expectFull(
      try Program.run(
        "live", "--device", "-", "--rate", "16000", "--format", format, input: Array(bytes), output: .file("/dev/full")),
      format)
  }

  @Test(
    "What the program says of itself, to a full disk",
    arguments: [
      ["--help"], ["help", "train"], ["live", "--help"], ["--version"], ["--generate-completion-script", "bash"],
      ["--experimental-dump-help"], ["live", "--print-config"], ["check", "--print-config"], ["settings"],
      ["settings", "--format", "markdown"], ["model"], ["model", "--format", "json"], ["features", "--describe"],
      ["features", "--describe", "--format", "json"],
    ])
  func itself(arguments: [String]) throws {
    expectFull(try Program.run(arguments, output: .file("/dev/full")), "\(arguments)")
  }

  @Test("Of a reader that has gone nothing is said", arguments: [["--help"], ["settings"], ["--version"], ["model"]])
  func readerGone(arguments: [String]) throws {
    let process = try Program.start(arguments, output: .unread)
    process.lines.abandon()
    #expect(process.end(within: .seconds(10)) == .exited(0) && process.errors.text == "")
  }

  private func withCorpus(_ body: (_ folder: URL, _ manifest: String) throws -> Void) throws {
    try withTemporaryFolder { folder in
      let corpus = folder.appending(path: "corpus")
      try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: false)
      try TinyCorpus.write(actors: [1, 2, 3, 4], to: corpus)
      try body(folder, try TinyCorpus.writeManifest(in: corpus).path)
    }
  }

  @Test("Tests of a model to a full disk; a report in a folder is written all the same")
  func evaluate() throws {
    try withCorpus { folder, manifest in
      let report = folder.appending(path: "report").path
      expectFull(try Program.run("evaluate", "--data", manifest, output: .file("/dev/full")), "evaluate")
      expectFull(
        try Program.run("evaluate", "--data", manifest, "--output", report, output: .file("/dev/full")), "--output")
      #expect(FileManager.default.fileExists(atPath: "\(report)/report.md"))
      let process = try Program.start("evaluate", "--data", manifest, "--output", report + "2", output: .unread)
      process.lines.abandon()
      #expect(process.end(within: .seconds(30)) == .exited(0))
      #expect(FileManager.default.fileExists(atPath: "\(report)2/report.md"))
    }
  }

  @Test("A cross-validation and a training to a full disk keep what they made")
  func training() throws {
    try withCorpus { folder, manifest in
      let configuration = folder.appending(path: "tiny.yaml")
      try Data((TinyCorpus.configuration(epochs: 1) + "  heldOutSpeakers: ['2']\n").utf8).write(to: configuration)
      let base = ["--config", configuration.path, "--data", manifest]
      let results = folder.appending(path: "results").path
      let model = folder.appending(path: "model.safetensors").path
      expectFull(
        try Program.run(["crossval"] + base + ["--protocol", "loso"], output: .file("/dev/full")), "crossval")
      expectFull(
        try Program.run(
          ["crossval"] + base + ["--protocol", "loso", "--output", results], output: .file("/dev/full")), "--output")
      #expect(FileManager.default.fileExists(atPath: "\(results)/results.md"))
      expectFull(try Program.run(["train"] + base + ["--output", model], output: .file("/dev/full")), "train")
      #expect(FileManager.default.fileExists(atPath: model))
    }
  }

  @Test("Events to a second file that is full", arguments: ["text", "jsonl", "tsv", "emotionml"])
  func secondOutput(format: String) throws {
    let outcome = try Program.run("file", Program.angry, "--output", "\(format):/dev/full")
    #expect(outcome.ending == .exited(74))
    #expect(outcome.errors == "ser-live: cannot write /dev/full: No space left on device\n")
  }

  @Test("A recording whose last block does not fit any more")
  func recording() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "session.flac").path
      // Noise has no shorter form: a block of 4096 samples fits into the limit of 20 kB, the rest is written at the end.
      var state: UInt32 = 1
      let bytes = (0..<7000).flatMap { _ -> [UInt8] in
        state = state &* 1_664_525 &+ 1_013_904_223
        let value = (Float(state >> 8) * 0x1p-23 - 1).bitPattern
        return (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
      }
      let process = try ChildProcess(
        "/bin/bash",
        [
          "-c",
          #"ulimit -f 20; exec "$0" live --device - --rate 16000 --encoding f32le --format jsonl --record "$1""#,
          Program.path, path,
        ], input: .pipe)
      process.write(bytes)
      process.closeInput()
      #expect(process.end(within: .seconds(10)) == .exited(74))
      #expect(process.errors.text.contains(path) && process.errors.text.contains("File too large"))
    }
  }
}
