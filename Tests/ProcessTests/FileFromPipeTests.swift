import CSndfile
import Foundation
import Testing

@Suite("ser-live file - reads standard input", .timeLimit(.minutes(2)))
struct FileFromPipeTests {
  @Test("A recording in any form gives on standard input what it gives as a file, its path aside")
  func forms() throws {
    try withTemporaryFolder { folder in
      let original = try Recording(path: Program.angry).resampled(to: 16_000)
      for (name, format) in [
        ("a.wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16), ("a.flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16),
        ("a.ogg", SF_FORMAT_OGG | SF_FORMAT_VORBIS), ("a.aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16),
        ("a.caf", SF_FORMAT_CAF | SF_FORMAT_PCM_16),
      ] {
        let url = folder.appending(path: name)
        original.write(url, format: format)
        let bytes = [UInt8](try Data(contentsOf: url))
        for options in [[], ["--normalize", "peak"]] {
          let named = try Program.run(["file", url.path, "--format", "jsonl"] + options)
          let piped = try Program.run(["file", "-", "--format", "jsonl"] + options, input: bytes)
          #expect(piped.ending == .exited(0) && piped.errors == "", "\(name): \(piped.errors)")
          #expect(piped.output == named.output.replacing("\"\(url.path)\"", with: "\"-\""), "\(name)")
          #expect(try piped.events().last?["path"] == "-")
        }
      }
    }
  }

  @Test("It has its place among others, and in other commands")
  func others() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Program.sad)))
    let outcome = try Program.run("file", Program.angry, "-", "--format", "jsonl", "--events", "file", input: bytes)
    #expect(outcome.ending == .exited(0))
    #expect(try outcome.events().map { [$0["path"] ?? "", $0.label] } == [[Program.angry, "angry"], ["-", "sad"]])
    try withTemporaryFolder { folder in
      let (named, piped) = (folder.appending(path: "a.csv"), folder.appending(path: "b.csv"))
      let first = try Program.run("features", Program.sad, "--output", named.path)
      let second = try Program.run("features", "-", "--output", piped.path, input: bytes)
      #expect(first.ending == .exited(0) && second.ending == .exited(0))
      #expect(try Data(contentsOf: named) == Data(contentsOf: piped))
    }
  }

  @Test("What it cannot be is said in one sentence")
  func errors() throws {
    let bytes = [UInt8](try Data(contentsOf: URL(filePath: Program.sad)))
    for (arguments, input, code, words) in [
      (["-"], [], Int32(65), "standard input is empty"),
      (["-"], Array("no sound".utf8), 65, "standard input is not a readable recording"),
      (["-"], [0, 0, 0, 0x1C] + Array("ftypM4A \0\0\0\0".utf8), 65, "ffmpeg -i INPUT -f wav - | ser-live file -"),
      (["-"], Array(bytes.prefix(bytes.count / 2)), 65, "standard input is torn"),
      (["-", "-"], bytes, 65, "standard input (-) can be read only once"),
      (["-", "--list", "-"], bytes, 64, "not both"),
    ] as [([String], [UInt8], Int32, String)] {
      let outcome = try Program.run(["file"] + arguments + ["--events", "file"], input: input)
      #expect(outcome.ending == .exited(code), "\(arguments) \(outcome.errors)")
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
    }
  }

  @Test("A stop ends the waiting for it within a second", arguments: [SIGTERM, SIGINT])
  func stop(signal: Int32) throws {
    let process = try Program.start(["file", "-", "--format", "jsonl"], input: .pipe)
    process.write(try Data(contentsOf: URL(filePath: Program.sad)).prefix(1000))
    // Until it waits for more.
    usleep(500_000)
    let begin = ContinuousClock.now
    process.send(signal)
    #expect(process.end(within: .seconds(5)) == .exited(0))
    #expect(ContinuousClock.now - begin < .seconds(1))
    #expect(process.lines.text == "" && process.errors.text == "ser-live: stopped; nothing was finished\n")
  }
}
