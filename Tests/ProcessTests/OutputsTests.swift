import Foundation
import TestSupport
import Testing

@Suite("Outputs", .timeLimit(.minutes(1)))
struct OutputsTests {
  private static let driver = "angry+fearful+disgust=stressed,calm+neutral=relaxed"

  @Test("Several at once say the same, each in its own way")
  func several() throws {
    try withTemporaryFolder { folder in
      let paths = ["jsonl", "tsv", "emotionml", "text"].map { (format: $0, path: folder.appending(path: $0).path) }
      let outputs = paths.flatMap { ["--output", "\($0.format):\($0.path)"] }
      let process = try Program.start(["file", Program.angry] + outputs)
      #expect(process.end(within: .seconds(10)) == .exited(0))
      func text(_ format: String) throws -> String {
        try String(contentsOf: folder.appending(path: format), encoding: .utf8)
      }
      for format in ["jsonl", "tsv", "emotionml", "text"] {
        let alone = try Program.run("file", Program.angry, "--format", format)
        #expect(try text(format) == alone.output, "\(format)")
      }
      #expect(try text("text") == process.lines.text)
    }
  }

  @Test("--events leaves out what is not named", arguments: ["jsonl", "tsv"])
  func events(format: String) throws {
    let all = try Program.run("file", Program.angry, "--format", format)
    let some = try Program.run("file", Program.angry, "--format", format, "--events", "utterance,file")
    #expect(some.ending == .exited(0))
    let wanted = all.output.split(separator: "\n").filter { line in
      ["utterance", "\"file\"", "file\t", "type\t"].contains { line.contains($0) } && !line.contains("label\t1")
    }
    #expect(some.output.split(separator: "\n") == wanted && wanted.count >= 2)
  }

  @Test("--labels takes emotions together before anything is decided")
  func labels() throws {
    let plain = try Program.run("file", Program.angry, "--format", "jsonl").events()
    let outcome = try Program.run("file", Program.angry, "--format", "jsonl", "--labels", Self.driver)
    #expect(outcome.ending == .exited(0))
    let merged = try outcome.events()
    for event in merged {
      #expect(Set(event.probabilities.keys) == ["relaxed", "happy", "sad", "stressed", "surprised"])
    }
    let names = merged.filter { $0.type == "label" }.map(\.label)
    #expect(names.contains("stressed") && names.last == "silence")
    #expect(Set(names).isSubset(of: ["relaxed", "happy", "sad", "stressed", "surprised", "uncertain", "silence"]))
    let (one, sum) = (try #require(plain.last), try #require(merged.last))
    #expect(sum.label == "stressed")
    let parts = try ["angry", "fearful", "disgust"].map { try #require(one.probabilities[$0]) }
    // Four numbers rounded to four decimals.
    #expect(abs(try #require(sum.probabilities["stressed"]) - parts.reduce(0, +)) <= 2.1e-4)
  }

  @Test("--priors multiplies the odds of an emotion, and labels follow")
  func priors() throws {
    // In place of those that come with the model.
    let plain = try Program.run("file", Program.angry, "--format", "jsonl", "--priors", "neutral=1").events()
    let outcome = try Program.run("file", Program.angry, "--format", "jsonl", "--priors", "angry=0.001")
    #expect(outcome.ending == .exited(0))
    let events = try outcome.events()
    let usual = try #require(plain.last?.probabilities["angry"])
    let doubted = try #require(events.last?.probabilities["angry"])
    // One utterance, so that the verdict is what was thought at its end; four decimals.
    let odds = 0.001 * usual / (1 - usual)
    #expect(usual > 0.9 && abs(doubted - odds / (1 + odds)) < 2e-3)
    #expect(plain.contains { $0.type == "label" && $0.label == "angry" })
    #expect(!events.contains { $0.type == "label" && $0.label == "angry" })
  }

  @Test("SIGHUP opens the files anew, at once")
  func rotation() throws {
    try withTemporaryFolder { folder in
      let log = folder.appending(path: "log")
      let process = try Program.start(
        ["live", "--device", "-", "--rate", "16000", "--output", "tsv:\(log.path)"], input: .pipe)
      let bytes = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
      process.write(bytes)
      #expect(process.lines.next(within: .seconds(10)) { $0.contains("utterance") } != nil)
      let moved = folder.appending(path: "log.1")
      try FileManager.default.moveItem(at: log, to: moved)
      process.send(SIGHUP)
      // The signal is looked at between two pieces of sound.
      process.write([UInt8](repeating: 0, count: 3200))
      let deadline = ContinuousClock.now + .seconds(10)
      while !FileManager.default.fileExists(atPath: log.path), ContinuousClock.now < deadline {
        process.write([UInt8](repeating: 0, count: 320))
        usleep(10_000)
      }
      process.write(bytes)
      process.closeInput()
      #expect(process.end(within: .seconds(10)) == .exited(0))
      let (old, new) = try (String(contentsOf: moved, encoding: .utf8), String(contentsOf: log, encoding: .utf8))
      #expect(old.hasPrefix("type\ttime\t") && new.hasPrefix("type\ttime\t"))
      #expect(old.contains("\nutterance\t") && new.contains("\nutterance\t"))
    }
  }

  @Test("Without files SIGHUP ends the program, as it does others")
  func hangUp() throws {
    let process = try Program.start(
      ["live", "--device", "-", "--rate", "16000", "--format", "tsv"], input: .pipe)
    // Enough to tell that there is no header.
    process.write([UInt8](repeating: 0, count: 64))
    #expect(process.lines.next(within: .seconds(10)) != nil)
    process.send(SIGHUP)
    #expect(process.end(within: .seconds(5)) == .killed(signal: SIGHUP))
  }

  @Test("A file that cannot be written is named")
  func full() throws {
    let outcome = try Program.run("file", Program.angry, "--output", "jsonl:/dev/full")
    #expect(outcome.ending == .exited(74))
    #expect(outcome.errors == "ser-live: cannot write /dev/full: No space left on device\n")
  }

  @Test(
    "What makes no sense is refused",
    arguments: [
      (["--output", "xml:events"], "--output"), (["--output", "jsonl:-"], "--output"),
      (["--output", "jsonl:"], "--output"),
      (["--output", "jsonl:/tmp/a", "--output", "tsv:/tmp/a"], "/tmp/a twice"),
      (["--events", "lable"], "label, frame, utterance"), (["--events", "frame"], "--every"),
      (["--events", "label", "--every", "1"], "--events"), (["--labels", "angry"], "--labels"),
      (["--labels", "angy=stressed"], "did you mean 'angry'?"), (["--labels", "angry=calm"], "calm+angry=calm"),
      (["--priors", "angy=2"], "did you mean 'angry'?"), (["--priors", "angry"], "--priors"),
      (["--priors", "angry=0"], "between 0.001 and 1000"), (["--priors", "sad=2,sad=3"], "'sad=2,sad=3' is invalid"),
    ])
  func usage(arguments: [String], words: String) throws {
    let process = try Program.start(["file", Program.angry] + arguments)
    #expect(process.end(within: .seconds(10)) == .exited(64))
    #expect(process.lines.text == "" && process.errors.text.contains(words))
  }
}

@Suite(
  "EmotionML", .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/xmllint"), "there is no xmllint"),
  .timeLimit(.minutes(1)))
struct EmotionMLTests {
  /// The grammar in the tree, and the W3C's schema where somebody has it.
  private static let schemas: [[String]] =
    [["--relaxng", Program.root.appending(path: "Tests/Golden/emotionml/emotionml.rng").path]]
    + (ProcessInfo.processInfo.environment["SER_EMOTIONML_SCHEMA"].map { [["--schema", $0]] } ?? [])

  private func expectValid(_ document: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "events.xml").path
      try document.write(toFile: path, atomically: true, encoding: .utf8)
      for schema in Self.schemas {
        let check = try ChildProcess("/usr/bin/xmllint", ["--noout"] + schema + [path])
        #expect(
          check.end(within: .seconds(10)) == .exited(0), "\(check.errors.text)", sourceLocation: sourceLocation)
      }
    }
  }

  @Test(
    "Documents of recordings fit the language", arguments: [[], ["--every", "0.1"], ["--labels", "angry=very cross"]])
  func recordings(options: [String]) throws {
    try withTemporaryFolder { folder in
      let odd = folder.appending(path: "it's a <b> & \"c\".flac")
      try FileManager.default.copyItem(atPath: Program.sad, toPath: odd.path)
      let process = try Program.start(["file", Program.angry, odd.path, "--format", "emotionml"] + options)
      #expect(process.end(within: .seconds(10)) == .exited(0))
      let document = process.lines.text
      try expectValid(document)
      #expect(document.components(separatedBy: "<reference uri=").count == 3, "two recordings")
    }
  }

  @Test("So do those of raw sound, of a stream that is interrupted, and of one in which nobody speaks")
  func streams() throws {
    let bytes = try Recording(path: Program.angry).resampled(to: 16_000).bytes(.s16le)
    for sound in [bytes, [UInt8](repeating: 0, count: 32_000)] {
      try expectValid(
        Program.run("live", "--device", "-", "--rate", "16000", "--format", "emotionml", input: sound).output)
    }
    let channels = try Program.run("file", Program.angry, "--channel", "each", "--format", "emotionml").output
    #expect(channels.contains("<info>channel 1</info>"))
    try expectValid(channels)
    let process = try Program.start(
      ["live", "--device", "-", "--rate", "16000", "--format", "emotionml", "--every", "0.1"], input: .pipe)
    process.write(bytes.prefix(bytes.count * 2 / 3))
    #expect(process.lines.next(within: .seconds(10)) { $0.hasPrefix("<emotion ") } != nil)
    process.send(SIGTERM)
    #expect(process.end(within: .seconds(5)) == .exited(0))
    try expectValid(process.lines.text)
  }

  @Test("The grammar refuses what does not fit")
  func grammar() throws {
    let good = try Program.run("file", Program.angry, "--format", "emotionml").output
    for (from, to) in [
      ("</emotionml>", ""), ("confidence=\"0.", "confidence=\"1."), ("version=\"1.0\" xmlns", "xmlns"),
      ("offset-to-start=\"", "offset-to-start=\"soon"), ("<item name=\"calm\"/>", "<item name=\"so calm\"/>"),
    ] {
      let bad = good.replacingOccurrences(of: from, with: to)
      #expect(bad != good, "\(from)")
      try withTemporaryFolder { folder in
        let path = folder.appending(path: "events.xml").path
        try bad.write(toFile: path, atomically: true, encoding: .utf8)
        let check = try ChildProcess("/usr/bin/xmllint", ["--noout"] + Self.schemas[0] + [path])
        #expect(check.end(within: .seconds(10)) != .exited(0), "\(to)")
      }
    }
  }
}
