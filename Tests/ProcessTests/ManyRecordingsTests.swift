import Foundation
import TestSupport
import Testing

@Suite("ser-live file with many recordings", .timeLimit(.minutes(2)))
struct ManyRecordingsTests {
  /// A folder with recordings whose names tell their order, one of them in a folder of its own, and a text.
  private func withRecordings<R>(_ body: (URL) throws -> R) throws -> R {
    try withTemporaryFolder { folder in
      let inner = folder.appending(path: "d")
      try FileManager.default.createDirectory(at: inner, withIntermediateDirectories: true)
      for (index, name) in ["a.flac", "b.flac", "c.flac", "d/e.flac", "f.flac", "g.flac"].enumerated() {
        try FileManager.default.copyItem(
          atPath: index.isMultiple(of: 2) ? Program.angry : Program.sad, toPath: folder.appending(path: name).path)
      }
      try Data("no sound\n".utf8).write(to: folder.appending(path: "notes.txt"))
      return try body(folder)
    }
  }

  private static let names = ["a", "b", "c", "d/e", "f", "g"]

  private func paths(_ folder: URL, _ names: [String] = names) -> [String] {
    names.map { folder.appending(path: "\($0).flac").path }
  }

  @Test("However they are named and however many are heard at a time, the output is the same")
  func order() throws {
    try withRecordings { folder in
      func output(_ arguments: [String], input: String? = nil, errors: String = "") throws -> String {
        let process = try Program.start(
          ["file", "--format", "jsonl", "--every", "0.5"] + arguments, input: input == nil ? .file("/dev/null") : .pipe)
        if let input {
          process.write(Array(input.utf8))
          process.closeInput()
        }
        #expect(process.end(within: .seconds(30)) == .exited(0), "\(process.errors.text)")
        #expect(process.errors.text == errors)
        return process.lines.text
      }
      let all = paths(folder)
      let expected = try output(all + ["--jobs", "1"])
      let verdicts = try expected.split(separator: "\n").map { try Event(String($0)) }.filter { $0.type == "file" }
      #expect(verdicts.map { $0["path"] ?? "" } == all)
      for jobs in [2, 7] { #expect(try output(all + ["--jobs", "\(jobs)"]) == expected) }
      #expect(
        try output([folder.path], errors: "ser-live: passed over 1 file that is no recording\n") == expected)
      // Files in the folder before those in folders below it: that is what the pattern finds.
      let flat = paths(folder, ["a", "b", "c", "f", "g"])
      #expect(try output([folder.path + "/*.flac"]) == output(flat))
      let list = all.joined(separator: "\n") + "\n\n"
      let file = folder.appending(path: "list")
      try list.replacingOccurrences(of: "\n", with: "\r\n").write(to: file, atomically: true, encoding: .utf8)
      #expect(try output(["--list", file.path]) == expected)
      #expect(try output(["--list", "-"], input: list) == expected)
      #expect(try output([all[0], "--list", "-"], input: all.dropFirst().joined(separator: "\n")) == expected)
    }
  }

  @Test("A list on standard input is heard line by line")
  func filter() throws {
    let process = try Program.start("file", "--list", "-", "--format", "jsonl", "--events", "file", input: .pipe)
    for path in [Program.angry, Program.sad, Program.angry] {
      process.write(Array("\(path)\n".utf8))
      let line = try #require(process.lines.next(within: .seconds(10)))
      #expect(try Event(line.text)["path"] == path)
    }
    process.closeInput()
    #expect(process.end(within: .seconds(5)) == .exited(0))
    #expect(process.errors.text == "")
  }

  @Test("An empty list is no error")
  func nothing() throws {
    let outcome = try Program.run("file", "--list", "-", "--format", "jsonl", input: [])
    #expect(outcome.ending == .exited(0) && outcome.output == "" && outcome.errors == "")
  }

  @Test("Bad ones are said where their turn comes, the others heard", arguments: ["1", "4"])
  func bad(jobs: String) throws {
    try withRecordings { folder in
      let text = folder.appending(path: "notes.txt").path
      let good = paths(folder)
      let outcome = try Program.run(
        "file", "/no/such.wav", good[0], text, good[1], "/no/such/*.wav", good[3], "--jobs", jobs, "--format", "jsonl",
        "--events", "file")
      #expect(outcome.ending == .exited(65))
      #expect(try outcome.events().map { $0["path"] ?? "" } == [good[0], good[1], good[3]])
      let lines = outcome.errors.split(separator: "\n")
      #expect(lines.count == 4 && lines.allSatisfy { $0.hasPrefix("ser-live: ") })
      #expect(lines[0].contains("/no/such.wav") && lines[1].contains(text) && lines[2].contains("/no/such/*.wav"))
      #expect(lines[3] == "ser-live: 3 of 6 recordings could not be used")
    }
  }

  @Test("A reader that goes away ends it, however much there would be to hear")
  func readerGone() throws {
    let process = try Program.start(
      ["file", "--format", "jsonl"] + [String](repeating: Program.angry, count: 5000), output: .unread)
    process.lines.abandon()
    #expect(process.end(within: .seconds(10)) == .exited(0))
    #expect(process.errors.text == "")
  }

  @Test("What cannot be is said")
  func usage() throws {
    for (arguments, code, words) in [
      (["--list", "/no/such/list"], Int32(66), "/no/such/list"), (["/no/such/*.wav"], 66, "nothing that matches"),
      ([Program.angry, "--jobs", "0"], 64, "--jobs"), ([Program.angry, "--realtime", "--jobs", "2"], 64, "--realtime"),
      ([], 64, "--list"),
    ] {
      let process = try Program.start(["file"] + arguments)
      #expect(process.end(within: .seconds(10)) == .exited(code), "\(arguments)")
      #expect(process.errors.text.contains(words) && process.lines.text == "", "\(process.errors.text)")
    }
  }
}
