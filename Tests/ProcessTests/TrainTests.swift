import Foundation
import TestSupport
import Testing

@Suite("ser-live train", .timeLimit(.minutes(2)))
struct TrainTests {
  /// Long enough to be stopped on the way.
  static let epochs = 1000

  /// The columns of the metrics but the last one, which tells seconds.
  private func metrics(_ path: String) throws -> [String] {
    try String(contentsOfFile: path, encoding: .utf8).split(separator: "\n")
      .map { $0.split(separator: ",", omittingEmptySubsequences: false).dropLast().joined(separator: ",") }
  }

  @Test(
    "A signal ends a training with 0 after it was saved; resumed, it gives the same bits", arguments: [SIGINT, SIGTERM])
  func stopping(signal: Int32) throws {
    try withTemporaryFolder { folder in
      let corpus = folder.appending(path: "corpus")
      try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: false)
      try TinyCorpus.write(actors: [1, 2, 3], to: corpus)
      let configuration = folder.appending(path: "tiny.yaml")
      let text = TinyCorpus.configuration(epochs: Self.epochs) + "  validationSpeakers: [3]\n  weightAveraging: 0.9\n"
      try Data(text.utf8).write(to: configuration)
      func train(_ name: String, _ more: String...) throws -> ChildProcess {
        try Program.start(
          [
            "train", "--config", configuration.path, "--data", corpus.path, "--output",
            folder.path + "/\(name).safetensors",
          ]
            + more)
      }
      func contents(_ name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }
      func exists(_ name: String) -> Bool {
        FileManager.default.fileExists(atPath: folder.appending(path: name).path)
      }

      let whole = try train("whole")
      #expect(whole.end(within: .seconds(60)) == .exited(0), "\(whole.errors.text)")

      let stopped = try train("parts")
      #expect(stopped.errors.next(within: .seconds(30)) { $0.hasPrefix("small  epoch 3/") } != nil)
      stopped.send(signal)
      #expect(stopped.end(within: .seconds(10)) == .exited(0))
      #expect(
        stopped.errors.all.last == "ser-live: stopped; run the same command with --resume to continue",
        "\(stopped.errors.text)")
      #expect(stopped.lines.text == "")
      #expect(!exists("parts.safetensors") && exists("parts.safetensors.training/small.safetensors"))

      // To begin anew by accident would lose what was saved.
      let again = try train("parts")
      #expect(again.end(within: .seconds(10)) == .exited(64))
      #expect(again.errors.text.contains("holds a training that was stopped: add --resume to continue"))

      let resumed = try train("parts", "--resume")
      #expect(resumed.end(within: .seconds(60)) == .exited(0), "\(resumed.errors.text)")
      #expect(!resumed.errors.all.contains { $0.hasPrefix("small  epoch 2/") })
      for model in ["safetensors", "best.safetensors"] {
        #expect(try contents("parts.\(model)") == contents("whole.\(model)"), "\(model)")
      }
      #expect(!exists("parts.safetensors.training"))
      // Networks train side by side, so their lines come in any order; none is there twice.
      let lines = try metrics(folder.path + "/parts.metrics.csv")
      #expect(lines.count == 1 + 2 * Self.epochs)
      #expect(lines.sorted() == (try metrics(folder.path + "/whole.metrics.csv")).sorted())
    }
  }

  @Test("--epochs takes the place of the configuration's, and none at all is refused")
  func epochs() throws {
    try withTemporaryFolder { folder in
      try TinyCorpus.write(actors: [1, 2, 3], to: folder)
      let configuration = folder.appending(path: "tiny.yaml")
      try Data(TinyCorpus.configuration(epochs: 3).utf8).write(to: configuration)
      let data = ["--config", configuration.path, "--data", folder.path]
      let model = ["train"] + data + ["--output", folder.path + "/model.safetensors"]
      let trained = try Program.run(model + ["--epochs", "5"])
      #expect(trained.ending == .exited(0), "\(trained.errors)")
      #expect(try metrics(folder.path + "/model.metrics.csv").count == 1 + 2 * 5)
      for command in [model, ["crossval"] + data + ["--protocol", "loso"]] {
        let refused = try Program.run(command + ["--epochs", "0"])
        #expect(refused.ending == .exited(65))
        #expect(refused.errors == "ser-live: training.epochs: must be between 1 and 100000, not 0\n")
      }
    }
  }

  @Test("A network that cannot be built is refused before anything is heard", arguments: ["train", "crossval"])
  func misfit(_ command: String) throws {
    try withTemporaryFolder { folder in
      try TinyCorpus.write(actors: [1, 2, 3, 4], to: folder)
      let configuration = folder.appending(path: "misfit.yaml")
      let misfit = "[{layer: residual, body: [{layer: lstm, units: 5}]}, {layer: attention_pooling}, {layer: dense}]"
      let text = TinyCorpus.configuration().replacing("[{layer: attention_pooling}, {layer: dense}]", with: misfit)
      try Data((text + "  validationSpeakers: [3]\n").utf8).write(to: configuration)
      let target = command == "train" ? ["--output", folder.path + "/model"] : ["--protocol", "loso"]
      let result = try Program.run([command, "--config", configuration.path, "--data", folder.path] + target)
      #expect(result.ending == .exited(65))
      let sentence = "ser-live: network 'gender', layers[0] (residual): its body turns n × 14 into n × 5"
      #expect(result.errors.hasPrefix(sentence), "\(result.errors)")
    }
  }
}
