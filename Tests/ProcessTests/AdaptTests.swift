import Foundation
import Testing

@Suite("ser-live adapt", .timeLimit(.minutes(2)))
struct AdaptTests {
  /// Runs the program to its end.
  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments, within: .seconds(100))
  }

  /// A folder with a manifest of the two recordings, and silence.
  private func withCorrections<R>(
    angry: String = "sad", sad: String = "angry", _ body: (_ folder: URL, _ manifest: String) throws -> R
  ) throws -> R {
    try withTemporaryFolder { folder in
      for (name, path) in [("angry", Program.angry), ("sad", Program.sad)] {
        try Recording(path: path).writeWAV(folder.appending(path: "\(name).wav"))
      }
      Recording(samples: Array(repeating: 0, count: 32_000), rate: 16_000)
        .writeWAV(folder.appending(path: "silence.wav"))
      let manifest = folder.appending(path: "me.csv")
      try Data("path,label,speaker\nangry.wav,\(angry),me\nsad.wav,\(sad),me\n".utf8).write(to: manifest)
      return try body(folder, manifest.path)
    }
  }

  @Test("Who insists is followed, and the model says what it was adapted to")
  func corrections() throws {
    // Each is called what the other one is.
    try withCorrections { folder, manifest in
      let model = folder.appending(path: "mine.safetensors").path
      let outcome = try run(["adapt", "--data", manifest, "--output", model, "--penalty", "0.01"])
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      #expect(outcome.errors.contains("correct labels in these 2 recordings: 0 before, 2 after"))
      func label(_ path: String) throws -> String {
        let events = try Program.run("file", path, "--model", model, "--format", "jsonl").events()
        return events.last { $0.type == "file" }?.label ?? ""
      }
      #expect(try label(Program.angry) == "sad")
      #expect(try label(Program.sad) == "angry")
      let about = try run(["model", model])
      #expect(about.output.contains("adapted to    2 clips of me (me)"))
      let told = try run(["model", model, "--format", "json"])
      #expect(told.output.contains("\"adaptation\""))
      #expect(try !run(["model"]).output.contains("adapted"))
      let tested = try run(["evaluate", "--model", model, "--data", manifest])
      #expect(tested.ending == .exited(0) && tested.errors.contains("the model was trained on the speakers me"))
      // The same recordings again give the same model.
      let again = folder.appending(path: "again.safetensors").path
      #expect(try run(["adapt", "--data", manifest, "--output", again, "--penalty", "0.01"]).ending == .exited(0))
      #expect(try Data(contentsOf: URL(filePath: again)) == Data(contentsOf: URL(filePath: model)))
    }
  }

  @Test("A change that costs very much is none, in what is heard")
  func dear() throws {
    try withCorrections { folder, manifest in
      let model = folder.appending(path: "mine.safetensors").path
      #expect(try run(["adapt", "--data", manifest, "--output", model, "--penalty", "1000000"]).ending == .exited(0))
      func verdict(_ more: String...) throws -> [String: Double] {
        let outcome = try run(["file", Program.angry, "--format", "jsonl"] + more)
        return try outcome.events().last { $0.type == "file" }?.probabilities ?? [:]
      }
      let before = try verdict()
      let after = try verdict("--model", model)
      #expect(before.count == 8 && before.keys == after.keys)
      // Weights move by 1 / λ times a feature's size, a few units; what is written has four decimals.
      for (name, probability) in before { #expect(abs(after[name]! - probability) < 1e-3) }
    }
  }

  @Test("What cannot be learnt from is said in one sentence, and nothing is written")
  func errors() throws {
    try withCorrections(angry: "bored") { folder, manifest in
      let model = folder.appending(path: "mine.safetensors").path
      func sentence(_ code: Int32, _ arguments: String...) throws -> String {
        let outcome = try run(["adapt", "--output", model] + arguments)
        #expect(outcome.ending == .exited(code), "\(outcome.errors)")
        #expect(!FileManager.default.fileExists(atPath: model))
        return outcome.errors.split(separator: "\n").last { $0.hasPrefix("ser-live: ") || $0.hasPrefix("Error: ") }
          .map(String.init) ?? ""
      }
      #expect(try sentence(65, "--data", manifest).contains("bored, which is none of the labels neutral, calm"))
      let silent = folder.appending(path: "silent.csv")
      try Data("path,label,speaker\nsilence.wav,sad,me\n".utf8).write(to: silent)
      #expect(try sentence(65, "--data", silent.path).contains("no speech was detected in any of the 1 recordings"))
      let one = folder.appending(path: "one.csv")
      try Data("path,label,speaker\nangry.wav,sad,me\n".utf8).write(to: one)
      #expect(
        try sentence(65, "--data", one.path).contains("all recordings to adapt to are 'sad': add some of another"))
      #expect(try sentence(64, "--data", manifest, "--penalty", "0").contains("--penalty"))
      #expect(try sentence(66, "--data", "/no/such.csv").contains("/no/such.csv"))
      #expect(try sentence(66, "--data", manifest, "--model", "/no/such.safetensors").contains("/no/such.safetensors"))
    }
  }

  @Test("Protocols for what a user gets show the same clips without it beside")
  func protocols() throws {
    try withTemporaryFolder { folder in
      let corpus = folder.appending(path: "corpus")
      try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: false)
      try TinyCorpus.write(actors: Array(1...24), to: corpus)
      let configuration = folder.appending(path: "tiny.yaml")
      try Data(TinyCorpus.configuration().utf8).write(to: configuration)
      let results = folder.appending(path: "results")
      let outcome = try run([
        "crossval", "--config", configuration.path, "--data", corpus.path, "--protocol", "adapted", "--fold", "4",
        "--output", results.path,
      ])
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      #expect(outcome.output.contains("the same clips without adaptation:"))
      let report = try json(results.appending(path: "results.json"))
      func pool(_ key: String) throws -> [String: Any] {
        let summary = try #require(report[key] as? [String: Any])
        return try #require((summary["pool"] as? [String: [String: Any]])?["ensemble"])
      }
      // Four actors, an angry and a sad clip of the second statement each.
      #expect(try pool("summary")["clips"] as? Int == 8 && pool("plain")["clips"] as? Int == 8)
      #expect(try pool("summary")["logLoss"] as? Double != pool("plain")["logLoss"] as? Double)
      let page = try String(contentsOf: results.appending(path: "results.md"), encoding: .utf8)
      #expect(page.contains("The same clips without adaptation:"))
    }
  }
}
