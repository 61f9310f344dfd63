import Foundation
import Testing

@Suite("ser-live crossval", .timeLimit(.minutes(2)))
struct CrossValidateTests {
  /// A corpus of four actors and an experiment that fits.
  func withCorpus<R>(_ body: (_ folder: URL, _ arguments: [String]) throws -> R) throws -> R {
    try withTemporaryFolder { folder in
      let corpus = folder.appending(path: "corpus")
      try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: false)
      try TinyCorpus.write(actors: [1, 2, 3, 4], to: corpus)
      let configuration = folder.appending(path: "tiny.yaml")
      try Data(TinyCorpus.configuration().utf8).write(to: configuration)
      return try body(folder, ["crossval", "--config", configuration.path, "--data", corpus.path])
    }
  }

  func run(_ arguments: [String], _ more: String...) throws -> Program.Outcome {
    try Program.run(arguments + more)
  }

  @Test("Finished folds are kept: the same command goes on with the others, and gives what one run gives")
  func resuming() throws {
    try withCorpus { folder, arguments in
      let arguments = arguments + ["--protocol", "loso"]
      let results = folder.appending(path: "results")
      let some = try run(arguments, "--fold", "0", "--fold", "2", "--output", results.path)
      #expect(some.ending == .exited(0), "\(some.errors)")
      #expect(some.errors.contains("fold 0  small") && some.errors.contains("fold 2  small"))
      let folds = try FileManager.default.contentsOfDirectory(atPath: results.appending(path: "folds").path)
      let kept = [0, 2].flatMap { ["seed-46-fold-\($0).json", "seed-46-fold-\($0).safetensors"] }
      #expect(folds.sorted() == kept)
      let all = try run(arguments, "--output", results.path)
      #expect(all.ending == .exited(0), "\(all.errors)")
      #expect(all.errors.contains("fold 1  small") && all.errors.contains("fold 3  small"))
      #expect(!all.errors.contains("fold 0  small") && !all.errors.contains("fold 2  small"))
      #expect(try run(arguments).output == all.output)
      let again = try run(arguments, "--trained-in", results.path)
      #expect(again.output == all.output && !again.errors.contains("small"))
      let elsewhere = try run(arguments, "--trained-in", folder.path)
      #expect(elsewhere.ending == .exited(66))
      #expect(
        elsewhere.errors
          == "ser-live: \(folder.path) holds no results of a cross-validation: give the --output of one\n")

      let figures = try json(results.appending(path: "results.json"))
      let summary = try #require(figures["summary"] as? [String: Any])
      let tested = try #require(summary["folds"] as? [[String: Any]])
      #expect(tested.map { $0["testSpeakers"] as? [String] } == [["1"], ["2"], ["3"], ["4"]])
      #expect((summary["parameters"] as? [String: Int])?.keys.sorted() == ["gender", "small"])
      let pool = try #require((summary["pool"] as? [String: [String: Any]])?["ensemble"])
      #expect(pool["clips"] as? Int == 16)
      #expect((figures["command"] as? String)?.contains("crossval --config") == true)
      let page = try String(contentsOf: results.appending(path: "results.md"), encoding: .utf8)
      #expect(page.hasPrefix("# Cross-validation: loso\n") && page.contains("16 test clips in 4 folds; 2 emotions"))
      #expect(page.contains("![Confusion matrix](confusion.png)") && page.contains("| female | 8 | 2 |"))
    }
  }

  @Test("Results of other settings are not gone on with")
  func otherSettings() throws {
    try withCorpus { folder, arguments in
      let results = folder.appending(path: "results")
      let arguments = arguments + ["--protocol", "loso", "--fold", "0", "--output", results.path]
      #expect(try run(arguments).ending == .exited(0))
      let before = try Data(contentsOf: results.appending(path: "results.json"))
      let shuffled = try run(arguments, "--shuffle-labels")
      #expect(shuffled.ending == .exited(64))
      #expect(
        shuffled.errors
          == "ser-live: \(results.path) holds results of other settings: --shuffle-labels changed; use those again, or "
          + "another folder\n")
      try Data(TinyCorpus.configuration(epochs: 3).utf8).write(to: folder.appending(path: "tiny.yaml"))
      let longer = try run(arguments)
      #expect(longer.ending == .exited(64) && longer.errors.contains("the configuration changed"))
      #expect(try Data(contentsOf: results.appending(path: "results.json")) == before)
    }
  }

  @Test("Several seeds are run one by one and averaged")
  func seeds() throws {
    try withCorpus { folder, arguments in
      let results = folder.appending(path: "results")
      let arguments = arguments + ["--protocol", "loso", "--fold", "1"]
      let both = try run(arguments, "--seeds", "5,6", "--output", results.path, "--shuffle-labels")
      #expect(both.ending == .exited(0), "\(both.errors)")
      #expect(both.output.contains("seed 5  fold 1") && both.output.contains("seed 6  fold 1"))
      #expect(both.output.contains("2 seeds"))
      let folds = try FileManager.default.contentsOfDirectory(atPath: results.appending(path: "folds").path)
      #expect(folds.filter { $0.hasSuffix(".json") }.sorted() == ["seed-5-fold-1.json", "seed-6-fold-1.json"])
      for (wrong, words) in [
        (["--seeds", "5,x"], "5,x"), (["--seeds", "5,5"], "5,5"), (["--seed", "1", "--seeds", "2,3"], "exclude"),
        (["--test-data", "x"], "transfer"),
      ] {
        let refused = try run(arguments + wrong)
        #expect(refused.ending == .exited(64) && refused.errors.contains(words), "\(wrong)")
      }
    }
  }

  @Test("transfer tests on another corpus; calm counts as neutral, and what one side lacks is left out")
  func transfer() throws {
    try withCorpus { folder, arguments in
      let angry = folder.appending(path: "other-angry.wav")
      let sad = folder.appending(path: "other-sad.wav")
      let recordings = try [Recording(path: Program.angry), Recording(path: Program.sad)]
      for (recording, url) in zip(recordings, [angry, sad]) {
        Recording(samples: recording.samples, rate: recording.rate * 6 / 5).writeWAV(url)
      }
      let manifest = folder.appending(path: "other.csv")
      try Data(
        """
        path,label,speaker
        other-angry.wav,anger,a
        other-sad.wav,sadness,a
        """.utf8
      ).write(to: manifest)
      let arguments = arguments + ["--protocol", "transfer"]
      let outcome = try run(arguments, "--test-data", manifest.path)
      #expect(outcome.ending == .exited(0), "\(outcome.errors)")
      #expect(outcome.output.contains("actual \\ predicted  sad      angry"))
      // The manifest does not tell genders.
      #expect(!outcome.output.contains("gender"))
      #expect(try run(arguments).ending == .exited(64))
      let same = try run(arguments, "--test-data", folder.appending(path: "corpus").path)
      #expect(same.ending == .exited(64) && same.errors.contains("two of the corpora are called 'RAVDESS speech'"))
    }
  }
}
