import ArgumentParser
import Streaming
import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tests a model on recordings with labels.",
    discussion: """
      Every clip is a fresh session, heard row by row as it would be live. Without --speaker it tests on the speakers \
      that the model says took part in nothing, or, if it was not trained on the corpus at all, on all of them.

      Example:
        ser-live evaluate --data ~/ravdess
      """)

  @Option(help: "The model; the built-in one without it.") var model: String?
  @OptionGroup var data: DataOptions
  @Option(help: "Test this speaker, such as 5; may be given several times.") var speaker: [String] = []

  func run() throws {
    let recognizer = try ModelFile.load(model)
    let provenance = recognizer.provenance
    var corpus = try data.corpus().named(as: provenance).relabelled(recognizer.labels)
    let speakers = speaker.isEmpty ? corpus.speakers(heldOutOf: provenance) : speaker
    corpus.clips.removeAll { !speakers.contains($0.speaker) }
    guard !corpus.clips.isEmpty else {
      throw TrainingError(
        .noInput, "no recording is left: the model was trained on all speakers, or --speaker names none of the data")
    }
    let known = speakers.filter {
      provenance.trainingSpeakers.contains($0) || provenance.validationSpeakers.contains($0)
    }
    if !known.isEmpty, corpus.sources.contains(where: { provenance.corpora.contains($0.name) }) {
      Messages.write("ser-live: the model knows the speakers \(known.joined(separator: ", ")): their figures flatter")
    }
    let dataset = try ProgressReport.hear(corpus, recognizer.configuration, augmentation: nil)
    print("\(dataset.corpus.clips.count) clips of the speakers \(speakers.joined(separator: ", "))")
    ResultTable.print(recognizer.evaluate(dataset, Array(dataset.corpus.clips.indices)), labels: recognizer.labels)
  }
}
