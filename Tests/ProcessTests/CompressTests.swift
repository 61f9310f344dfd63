import Foundation
import Testing

@Suite("ser-live compress", .timeLimit(.minutes(3)))
struct CompressTests {
  private func run(_ arguments: [String]) throws -> Program.Outcome {
    try Program.run(arguments, within: .seconds(150))
  }

  private func row(_ outcome: Program.Outcome, _ name: String) -> [Double] {
    let line = outcome.output.split(separator: "\n").first { $0.hasPrefix(name) } ?? ""
    return line.split(separator: " ").suffix(2).compactMap { Double($0) }
  }

  @Test("The built-in model as bytes is a third of its size and hears the same in the recordings")
  func bytes() throws {
    try withTemporaryFolder { folder in
      let model = folder.appending(path: "small.safetensors").path
      let outcome = try run(["compress", "--int8", "--output", model])
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      let sizes = row(outcome, "size of the file")
      try #require(sizes.count == 2, "\(outcome.output)")
      #expect(sizes[1] < 0.33 * sizes[0])
      let written = try FileManager.default.attributesOfItem(atPath: model)[.size] as? Int
      #expect(written.map { Double($0) / 1000 }.map { abs($0 - sizes[1]) < 1 } == true)
      for recording in [Program.angry, Program.sad] {
        func verdict(_ more: String...) throws -> [String: Double] {
          let events = try run(["file", recording, "--format", "jsonl"] + more).events()
          return events.last { $0.type == "file" }?.probabilities ?? [:]
        }
        let (before, after) = try (verdict(), verdict("--model", model))
        #expect(before.count == 8 && after.count == 8)
        #expect(before.max { $0.value < $1.value }?.key == after.max { $0.value < $1.value }?.key)
        for (name, probability) in before { #expect(abs(after[name]! - probability) < 0.1, "\(name)") }
      }
      #expect(try run(["model", model]).output.contains("int8"))
    }
  }

  @Test("Networks are taught and pruned with recordings, and compared on who took part in nothing")
  func training() throws {
    try withTemporaryFolder { folder in
      let data = folder.appending(path: "data")
      try FileManager.default.createDirectory(at: data, withIntermediateDirectories: true)
      try TinyCorpus.write(actors: [1, 2, 3, 4], to: data)
      let config = folder.appending(path: "tiny.yaml")
      try Data((TinyCorpus.configuration() + "  heldOutSpeakers: ['4']\n").utf8).write(to: config)
      let big = folder.appending(path: "big.safetensors").path
      #expect(try run(["train", "--config", config.path, "--data", data.path, "--output", big]).ending == .exited(0))
      let small = folder.appending(path: "small.safetensors").path
      let common = ["compress", "--model", big, "--data", data.path, "--output", small]
      let training = ["--config", config.path, "--epochs", "3"]
      for options in [["--distill"] + training, ["--prune", "0.5", "--int8"] + training, ["--prune", "0.5"]] {
        let outcome = try run(common + options)
        #expect(outcome.ending == .exited(0), "\(outcome.errors)")
        #expect(outcome.output.contains("on 4 clips by held-out speakers"), "\(outcome.output)")
        #expect(outcome.errors.contains("epoch 3/3") == options.contains("--config"))
        try FileManager.default.removeItem(atPath: small)
      }
    }
  }

  @Test(
    "What cannot work is said in one sentence, and nothing is written",
    arguments: [
      ([], 64, "choose how to compress the model"), (["--prune", "1"], 64, "from 0 to below 1, not 1.0"),
      (["--distill"], 64, "--distill needs --config"), (["--int8", "--config", "x"], 64, "give --data, too"),
      (["--int8", "--epochs", "3"], 64, "--epochs goes with --config"),
      (["--int8", "--model", "/none"], 66, "/none"), (["--int8", "--data", "/none"], 66, "/none"),
    ] as [([String], Int32, String)])
  func errors(_ options: [String], _ code: Int32, _ words: String) throws {
    try withTemporaryFolder { folder in
      let model = folder.appending(path: "small.safetensors").path
      let outcome = try run(["compress", "--output", model] + options)
      #expect(outcome.ending == .exited(code))
      #expect(outcome.errors.contains(words), "\(outcome.errors)")
      #expect(!FileManager.default.fileExists(atPath: model))
    }
  }

  @Test("Networks of another front end cannot be taught")
  func otherRows() throws {
    try withTemporaryFolder { folder in
      try TinyCorpus.write(actors: [1], to: folder)
      let config = folder.appending(path: "tiny.yaml")
      try Data(TinyCorpus.configuration().utf8).write(to: config)
      let outcome = try run([
        "compress", "--distill", "--config", config.path, "--data", folder.path, "--output",
        folder.appending(path: "small.safetensors").path,
      ])
      #expect(outcome.ending == .exited(64))
      #expect(outcome.errors.contains("recognizer.frontEnd is not the model's"), "\(outcome.errors)")
    }
  }
}
