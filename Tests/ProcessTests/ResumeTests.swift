import Foundation
import TestSupport
import Testing

@Suite("ser-live train --resume", .timeLimit(.minutes(2)))
struct ResumeTests {
  @Test("A training is not resumed with other speakers; a corpus that was moved is the same")
  func otherRecordings() throws {
    try withTemporaryFolder { folder in
      let corpus = folder.appending(path: "corpus")
      try FileManager.default.createDirectory(at: corpus, withIntermediateDirectories: false)
      try TinyCorpus.write(actors: [1, 2, 3], to: corpus)
      let manifest = try TinyCorpus.writeManifest(in: corpus)
      let configuration = folder.appending(path: "tiny.yaml")
      try Data((TinyCorpus.configuration(epochs: TrainTests.epochs) + "  heldOutSpeakers: ['3']\n").utf8).write(
        to: configuration)
      func arguments(_ data: URL, _ more: String...) -> [String] {
        [
          "train", "--config", configuration.path, "--data", data.path, "--output", folder.path + "/model.safetensors",
        ] + more
      }
      let stopped = try Program.start(arguments(manifest))
      #expect(stopped.errors.next(within: .seconds(30)) { $0.hasPrefix("small  epoch 3/") } != nil)
      stopped.send(SIGINT)
      #expect(stopped.end(within: .seconds(10)) == .exited(0))

      // Whom the model is to know nothing of would have taught it.
      let table = try String(contentsOf: manifest, encoding: .utf8)
      let exchanged = table.replacing(",3,male", with: ",x,male").replacing(",1,male", with: ",3,male")
        .replacing(",x,male", with: ",1,male")
      try Data(exchanged.utf8).write(to: manifest)
      let refused = try Program.run(arguments(manifest, "--resume"))
      #expect(refused.ending == .exited(65))
      let sentence =
        "ser-live: \(folder.path)/model.safetensors.training holds the state of a training of other "
        + "recordings: the speaker of \(TinyCorpus.name(actor: 1, emotion: 4, statement: 1)) was 1 and is now 3; "
      #expect(refused.errors.split(separator: "\n").last?.hasPrefix(sentence) == true, "\(refused.errors)")

      try Data(table.utf8).write(to: manifest)
      let moved = folder.appending(path: "moved")
      try FileManager.default.moveItem(at: corpus, to: moved)
      let resumed = try Program.run(arguments(moved.appending(path: manifest.lastPathComponent), "--resume"))
      #expect(resumed.ending == .exited(0), "\(resumed.errors)")
      #expect(resumed.output.hasPrefix("held-out speakers: 3\n"))
    }
  }
}
