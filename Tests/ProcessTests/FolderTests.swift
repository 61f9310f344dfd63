import Foundation
import Glibc
import Support
import TestSupport
import Testing

@Suite("Folders, patterns and lists of recordings", .timeLimit(.minutes(2)))
struct FolderTests {
  /// Recordings of a tenth of a second, which hold no speech and take no time.
  private func with<R>(_ files: [String], links: [String: String] = [:], _ body: (String) throws -> R) throws -> R {
    try withTemporaryFolder { folder in
      for file in files { try Self.write(folder.path.path(to: file)) }
      for (link, target) in links { try #require(symlink(target, folder.path.path(to: link)) == 0) }
      return try body(folder.path)
    }
  }

  private static let wave = {
    let url = FileManager.default.temporaryDirectory.appending(path: "wave-\(UUID().uuidString).wav")
    defer { try? FileManager.default.removeItem(at: url) }
    Recording(samples: [Float](repeating: 0.25, count: 1600), rate: 16_000).writeWAV(url)
    return [UInt8](try! Data(contentsOf: url))
  }()

  /// Writes a file under a name of any bytes, in a folder that is made where it is missing.
  private static func write(_ path: String, _ bytes: [UInt8] = wave) throws {
    var folder = ""
    for component in path.split(separator: "/").dropLast() {
      folder += "/\(component)"
      mkdir(folder.cPath, 0o700)
    }
    let descriptor = open(path.cPath, O_CREAT | O_WRONLY | O_TRUNC, 0o600)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
  }

  /// Runs the program, and gives the paths of the recordings that it reports, below a folder.
  private func paths(
    _ root: String, _ arguments: [String], input: [UInt8]? = nil, code: Int32 = 0
  ) throws -> (paths: [String], errors: [String]) {
    let outcome = try Program.run(["file", "--format", "jsonl", "--events", "file"] + arguments, input: input)
    #expect(outcome.ending == .exited(code), "\(outcome.errors)")
    let paths = try outcome.events().map { String(($0["path"] ?? "").dropFirst(root.count + 1)) }
    return (paths, outcome.errors.split(separator: "\n").map(String.init))
  }

  @Test("Each folder once, whatever links lead to it")
  func links() throws {
    try with(["a.wav", "d/b.wav"], links: ["up": ".", "d/up": "..", "d/e": "../d"]) { root in
      for argument in [root, root + "/**/*.wav", root + "/**", root + "/**/*"] {
        let result = try paths(root, [argument])
        #expect(result.paths == ["a.wav", "d/b.wav"] && result.errors.isEmpty, "\(argument) \(result)")
      }
      let outcome = try Program.run("features", root, "--output", root + "/out")
      #expect(outcome.ending == .exited(0) && outcome.errors.contains("wrote 2 arrays"))
    }
  }

  @Test("A place that cannot be read is reported, and the rest processed")
  func unreadable() throws {
    try with(["a.wav", "d/b.wav"], links: ["gone.wav": "nowhere"]) { root in
      // Deeper than paths are long: not even root can read it by its path.
      var folder = open(root, O_RDONLY | O_DIRECTORY)
      for _ in 0..<18 {
        let name = String(repeating: "x", count: 250)
        try #require(mkdirat(folder, name, 0o700) == 0)
        let next = openat(folder, name, O_RDONLY | O_DIRECTORY)
        close(folder)
        folder = next
      }
      close(folder)
      defer { _ = try? ChildProcess("/bin/sh", ["-c", "rm -r \(root)/x*"]).end(within: .seconds(20)) }
      let result = try paths(root, [root], code: 65)
      #expect(result.paths == ["a.wav", "d/b.wav"])
      #expect(result.errors.count == 3)
      #expect(result.errors.contains { $0.contains("cannot open \(root)/gone.wav: No such file") })
      #expect(result.errors.contains { $0.hasPrefix("ser-live: cannot read the folder \(root)/xxx") })
      #expect(result.errors.last == "ser-live: 2 of 4 recordings could not be used")
      let outcome = try Program.run("features", root, "--output", root + "/out")
      #expect(outcome.ending == .exited(65) && outcome.errors.contains("wrote 2 arrays"))
      #expect(outcome.errors.contains("cannot read the folder") && outcome.errors.contains("2 of 4 recordings"))
      // A model without the recordings in it would be another one.
      try Self.write(root.path(to: "03-01-05-01-01-01-03.wav"))
      let evaluated = try Program.run("evaluate", "--data", root)
      #expect(evaluated.ending == .exited(66) && evaluated.errors.hasPrefix("ser-live: cannot read the folder"))
    }
  }

  @Test("A folder that may not be read", .enabled(if: getuid() != 0, "root may read everything"))
  func closed() throws {
    try with(["a.wav", "closed/b.wav", "c.wav"]) { root in
      chmod("\(root)/closed", 0)
      defer { chmod("\(root)/closed", 0o700) }
      let result = try paths(root, [root], code: 65)
      #expect(result.paths == ["a.wav", "c.wav"] && result.errors.count == 2)
      #expect(result.errors.first == "ser-live: cannot read the folder \(root)/closed: Permission denied")
    }
  }

  @Test("Names are bytes: in folders, patterns, lists and on the command line")
  func bytes() throws {
    let name = String(pathBytes: Array("caf".utf8) + [0xE9, 0xFF] + Array(".wav".utf8))
    try with([name, String(pathBytes: "d\u{10F7E9}/caf\u{301}.wav".utf8)]) { root in
      let legible = "caf\u{FFFD}\u{FFFD}.wav"
      #expect(try paths(root, [root.path(to: name)]).paths == [legible])
      let all = [legible, "d" + String(repeating: "\u{FFFD}", count: 4) + "/caf\u{301}.wav"]
      #expect(try paths(root, [root]).paths == all)
      #expect(try paths(root, [root + "/c*.wav"]).paths == [legible])
      #expect(try paths(root, ["--list", "-"], input: (root + "/" + name).pathBytes + [0x0A]).paths == [legible])
      #expect(try paths(root, ["--normalize", "peak", root.path(to: name)]).paths == [legible])
      let text = try Program.run("file", root.path(to: name))
      #expect(text.output.contains("/\(legible): silence"))
      // EmotionML has a reference that keeps the bytes.
      let missing = try Program.run("file", root.path(to: name) + "x")
      #expect(missing.ending == .exited(66) && missing.errors.contains("cannot open \(root)/\(legible)x: No such file"))
      // Arrays have the names of their recordings.
      let outcome = try Program.run("features", root, "--output", root + "/out")
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      let array = String(pathBytes: Array("\(root)/out/caf".utf8) + [0xE9, 0xFF] + Array(".npy".utf8))
      #expect(access(array.cPath, F_OK) == 0)
      let index = try Table(URL(filePath: root + "/out/index.csv"))
      #expect(index.rows.map { $0[0] } == all.map { root.path(to: $0) })
    }
  }

  @Test("A corpus and its results lie where names are bytes")
  func corpus() throws {
    try withTemporaryFolder { folder in
      let place = folder.path.path(to: String(pathBytes: [0x64, 0xE9]))
      try #require(mkdir(place.cPath, 0o700) == 0)
      try Self.write(place.path(to: "03-01-05-01-01-01-03.wav"), Array(Data(contentsOf: URL(filePath: Program.angry))))
      try Self.write(place.path(to: "table.csv"), Array("path,label,speaker\n03-01-05-01-01-01-03.wav,angry,3\n".utf8))
      // RAVDESS is one of the model's own corpora, whose speakers are named with it.
      for (data, speaker) in [(place, "ravdess/3"), (place.path(to: "table.csv"), "3")] {
        let results = place.path(to: "results")
        let outcome = try Program.run("evaluate", "--data", data, "--speaker", speaker, "--output", results)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(access(results.path(to: "report.md").cPath, F_OK) == 0)
      }
    }
  }

  @Test("What is passed over in folders is counted; a folder with nothing else says what it holds")
  func passedOver() throws {
    try with(["a.wav", "b.m4a", "d/c.m4a", "d/e.txt", "d/.f.txt"]) { root in
      let words = "ser-live: passed over 3 files: 2 .m4a (to convert one: ffmpeg -i NAME.m4a NAME.wav), 1 other"
      for argument in [root, root + "/**"] {
        let result = try paths(root, [argument])
        #expect(result.paths == ["a.wav"] && result.errors == [words])
      }
      #expect(try paths(root, ["--list", "-"], input: Array("\(root)\n".utf8)).errors == [words])
      let outcome = try Program.run("features", root, "--output", root + "/out")
      #expect(outcome.ending == .exited(0) && outcome.errors.contains(words))
      let none = try paths(root, [root + "/d"], code: 66)
      #expect(
        none.errors.first?.hasPrefix("ser-live: \(root)/d holds no recordings that can be read, but 1 .m4a (to convert")
          == true)
    }
  }

  @Test("A shell's pattern that gives a name with a dash in front names a file")
  func dashes() throws {
    try with(["-dash.wav", "--help.wav", "a.wav"]) { root in
      func run(_ arguments: String) throws -> (ending: ChildProcess.Ending, lines: [String], errors: String) {
        let process = try ChildProcess(
          "/bin/sh", ["-c", "cd \(root) && exec \(Program.path) file --format jsonl --events file \(arguments)"])
        return (process.end(within: .seconds(20)), process.lines.all, process.errors.text)
      }
      let outcome = try run("*.wav")
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      // A shell's order depends on its locale.
      #expect(try Set(outcome.lines.map { try Event($0)["path"] ?? "" }) == ["./-dash.wav", "./--help.wav", "a.wav"])
      let missing = try run("-nothing-here.wav a.wav")
      #expect(missing.ending == .exited(64) && missing.lines.isEmpty)
      #expect(missing.errors.contains("there is no option '-nothing-here.wav', and no file of that name"))
      #expect(try run("'*.wav'").lines.count == 3)
    }
  }

  @Test("A list may begin with a byte order mark, and end its names with zeros")
  func lists() throws {
    try with(["a.wav", "new\nline.wav", "-"]) { root in
      let list = root.path(to: "list")
      try Self.write(list, Array("\u{FEFF}\(root)/a.wav\r\n".utf8))
      #expect(try paths(root, ["--list", list]).paths == ["a.wav"])
      #expect(try paths(root, ["--list", "-"], input: Array("\u{FEFF}\(root)/a.wav\n".utf8)).paths == ["a.wav"])
      let zeros = Array("\(root)/new\nline.wav\0\(root)/a.wav\0".utf8)
      #expect(try paths(root, ["--list", "-"], input: zeros).paths == ["new\nline.wav", "a.wav"])
      try Self.write(list, [0xFF, 0xFE, 0x61, 0])
      let refused = try paths(root, ["--list", list], code: 65)
      #expect(refused.errors == ["ser-live: \(list) is UTF-16: save the list as UTF-8"])
      #expect(
        try paths(root, ["--list", root], code: 66).errors == ["ser-live: \(root) is a folder: name it without --list"])
      let mixed = try paths(root, [root + "/a.wav", "--list", "-"], input: [0xFF, 0xFE, 0x61, 0], code: 65)
      #expect(
        mixed.paths == ["a.wav"] && mixed.errors == ["ser-live: standard input is UTF-16: save the list as UTF-8"])
      // In a list a dash is the name of a file.
      let process = try ChildProcess(
        "/bin/sh", ["-c", "cd \(root) && echo - | \(Program.path) file --list - --format jsonl --events file"])
      #expect(process.end(within: .seconds(20)) == .exited(0))
      #expect(try Event(process.lines.text)["path"] == "./-")
    }
  }

  @Test("A stop ends the waiting for a list within a second", arguments: [SIGTERM, SIGINT])
  func stop(signal: Int32) throws {
    try with(["a.wav"]) { root in
      let pipe = root.path(to: "pipe")
      try #require(mkfifo(pipe, 0o600) == 0)
      for (list, input) in [("-", ChildProcess.Input.pipe), (pipe, .file("/dev/null"))] {
        let process = try Program.start(
          ["file", "--format", "jsonl", "--events", "file", root + "/a.wav", "--list", list], input: input)
        _ = try #require(process.lines.next(within: .seconds(10)))
        let begin = ContinuousClock.now
        process.send(signal)
        #expect(process.end(within: .seconds(5)) == .exited(0))
        #expect(ContinuousClock.now - begin < .seconds(1))
        #expect(process.errors.text == "" && process.lines.all.count == 1)
      }
    }
  }
}
