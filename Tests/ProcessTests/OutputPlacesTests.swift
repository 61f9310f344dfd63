import Foundation
import TestSupport
import Testing

/// Where an output cannot be, a command says so before it works.
@Suite("Places of outputs", .timeLimit(.minutes(2)))
struct OutputPlacesTests {
  /// Everything below a folder, with what files hold.
  private func contents(_ folder: URL) throws -> [String: Data?] {
    let paths = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
    return Dictionary(
      uniqueKeysWithValues: paths.map { ($0, FileManager.default.contents(atPath: folder.path + "/" + $0)) })
  }

  /// A command that would have long to work, or would fail later for another reason: its data are missing.
  private static let commands: [[String]] = [
    ["train", "--config", "/no/such.yaml", "--data", "/no/such", "--output"],
    ["adapt", "--data", "/no/such.csv", "--output"],
    ["calibrate", "/no/such.wav", "--output"],
    ["calibrate", "--device", "-", "--rate", "16000", "--output"],
    ["compress", "--int8", "--data", "/no/such", "--output"],
  ]

  @Test("A model or a profile", arguments: commands)
  func model(command: [String]) throws {
    try withTemporaryFolder { folder in
      try Data("kept".utf8).write(to: folder.appending(path: "file"))
      let before = try contents(folder)
      for (place, words) in [
        (".", "it is a folder"), ("missing/model", "there is no folder"), ("file/model", "Not a directory"),
        ("name/", "it is a folder"),
      ] {
        let path = folder.path + "/" + place
        let outcome = try Program.run(command + [path])
        #expect(outcome.ending == .exited(74), "\(command) \(outcome.errors)")
        #expect(outcome.errors.hasPrefix("ser-live: cannot write \(path): ") && outcome.errors.contains(words))
        #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.output == "")
      }
      // Nobody may write there, not even root.
      let outcome = try Program.run(command + ["/proc/self/model"])
      #expect(outcome.ending == .exited(74) && outcome.errors.contains("/proc/self/model"), "\(outcome.errors)")
      #expect(try contents(folder) == before)
    }
  }

  @Test("A training begins no other file where one of them cannot be")
  func training() throws {
    try withTemporaryFolder { folder in
      for name in ["model.best.safetensors", "model.metrics.csv"] {
        try FileManager.default.createDirectory(at: folder.appending(path: name), withIntermediateDirectories: false)
        let outcome = try Program.run(
          "train", "--config", "/no/such.yaml", "--data", "/no/such", "--output", folder.path + "/model.safetensors")
        #expect(outcome.ending == .exited(74) && outcome.errors.contains(name), "\(outcome.errors)")
        #expect(try contents(folder).keys.map { $0 } == [name])
        try FileManager.default.removeItem(at: folder.appending(path: name))
      }
      // Metrics of an earlier model are not lost to a training that cannot begin.
      let metrics = folder.appending(path: "model.metrics.jsonl")
      try Data("kept".utf8).write(to: metrics)
      let outcome = try Program.run(
        "train", "--config", Program.root.appending(path: "configs/default.yaml").path, "--data", folder.path,
        "--output", folder.path + "/model.safetensors")
      #expect(outcome.ending == .exited(66), "\(outcome.errors)")
      #expect(try String(contentsOf: metrics, encoding: .utf8) == "kept")
    }
  }

  @Test("Features and pictures")
  func features() throws {
    try withTemporaryFolder { folder in
      try Data("kept".utf8).write(to: folder.appending(path: "file"))
      let inner = folder.appending(path: "inner")
      try FileManager.default.createDirectory(
        at: inner.appending(path: "index.csv"), withIntermediateDirectories: true)
      try FileManager.default.createDirectory(
        at: inner.appending(path: "all.json"), withIntermediateDirectories: true)
      try Data("no recording".utf8).write(to: folder.appending(path: "bad.wav"))
      let bad = folder.path + "/bad.wav"
      let before = try contents(folder)
      for (arguments, words) in [
        (["features", bad, "--output", "\(folder.path)/missing/a.npy"], "there is no folder"),
        (["features", bad, "--output", "\(folder.path)/file/a.csv"], "Not a directory"),
        (["features", bad, "--output", "\(inner.path)/all.npy"], "all.json: it is a folder"),
        (["features", bad, "--functionals", "mean", "--output", "\(folder.path)/missing/a.csv"], "there is no folder"),
        (["features", folder.path, "--output", "\(folder.path)/file"], "is not a folder"),
        (["features", folder.path, "--output", "\(folder.path)/file/new"], "Not a directory"),
        (["features", folder.path, "--output", inner.path], "index.csv: it is a folder"),
        (["plot", bad, "--output", "\(folder.path)/missing/a.png"], "there is no folder"),
        (["plot", bad, "--output", "\(folder.path)/file/a.png"], "Not a directory"),
        (["plot", bad, "--kind", "all", "--output", "\(folder.path)/file/"], "is not a folder"),
      ] {
        let outcome = try Program.run(arguments)
        #expect(outcome.ending == .exited(74), "\(arguments) \(outcome.errors)")
        #expect(outcome.errors.contains(words) && outcome.errors.split(separator: "\n").count == 1, "\(outcome.errors)")
      }
      #expect(try contents(folder) == before)
    }
  }

  @Test("Reports and results")
  func reports() throws {
    try withTemporaryFolder { folder in
      try Data("kept".utf8).write(to: folder.appending(path: "file"))
      let results = folder.appending(path: "results")
      try FileManager.default.createDirectory(
        at: results.appending(path: "report.md"), withIntermediateDirectories: true)
      let before = try contents(folder)
      for (place, words) in [
        ("file", "file is not a folder"), ("file/new", "Not a directory"), ("results", "report.md: it is a folder"),
      ] {
        let outcome = try Program.run("evaluate", "--data", "/no/such.csv", "--output", "\(folder.path)/\(place)")
        #expect(outcome.ending == .exited(74) && outcome.errors.contains(words), "\(outcome.errors)")
      }
      for (place, words) in [("file", "file is not a folder"), ("file/new", "Not a directory")] {
        let outcome = try Program.run(
          "crossval", "--config", "/no/such.yaml", "--data", "/no/such", "--protocol", "loso", "--output",
          "\(folder.path)/\(place)")
        #expect(outcome.ending == .exited(74) && outcome.errors.contains(words), "\(outcome.errors)")
      }
      #expect(try contents(folder) == before)
    }
  }

  @Test("Events and recordings: where one place is bad, nothing is emptied at another", arguments: ["live", "file"])
  func events(command: String) throws {
    try withTemporaryFolder { folder in
      for name in ["log.xml", "session.wav"] { try Data("kept".utf8).write(to: folder.appending(path: name)) }
      let before = try contents(folder)
      let input = command == "live" ? ["live", "--device", "-", "--rate", "16000"] : ["file", Program.angry]
      let record = command == "live" ? ["--record", folder.path + "/session.wav"] : []
      for place in ["", "/missing/log", "/log.xml/log"] {
        let outcome = try Program.run(
          input + record + [
            "--output", "emotionml:\(folder.path)/log.xml", "--output", "tsv:\(folder.path)/new.tsv", "--output",
            "jsonl:\(folder.path)\(place)",
          ], input: [0, 0])
        #expect(outcome.ending == .exited(74), "\(outcome.errors)")
        #expect(outcome.errors.hasPrefix("ser-live: cannot write \(folder.path)\(place): "), "\(outcome.errors)")
        #expect(outcome.errors.split(separator: "\n").count == 1 && outcome.output == "")
      }
      if command == "live" {
        let outcome = try Program.run(
          input + ["--output", "emotionml:\(folder.path)/log.xml", "--record", "\(folder.path)/missing/a.flac"],
          input: [0, 0])
        #expect(outcome.ending == .exited(74) && outcome.errors.contains("missing/a.flac"), "\(outcome.errors)")
      }
      #expect(try contents(folder) == before)
    }
  }
}
