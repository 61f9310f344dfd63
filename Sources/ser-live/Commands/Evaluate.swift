import ArgumentParser
import Streaming
import Training

struct Evaluate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tests a model on recordings with labels.",
    discussion: """
      Every clip is a fresh session, heard row by row as it would be live. Without --speaker it tests on the speakers \
      that the model says took part in nothing.

      Example:
        ser-live evaluate --data ~/ravdess
      """)

  @Option(help: "The model; the built-in one without it.") var model: String?
  @Option(help: "The folder with the RAVDESS recordings.") var data: String
  @Option(help: "Test this speaker, such as 5; may be given several times.") var speaker: [String] = []

  func run() throws {
    let recognizer = try ModelFile.load(model)
    var corpus = try RAVDESS.scan(data)
    guard corpus.labels == recognizer.labels else {
      throw TrainingError(
        .badData, "the model tells \(recognizer.labels.emotions) apart, the data have \(corpus.labels.emotions)")
    }
    let speakers = speaker.isEmpty ? recognizer.provenance.heldOutSpeakers : speaker
    corpus.clips.removeAll { !speakers.contains($0.speaker) }
    guard !corpus.clips.isEmpty else {
      throw TrainingError(
        .noInput, "no recording is left: the model was trained on all speakers, or --speaker names none of the data")
    }
    let known = speakers.filter {
      recognizer.provenance.trainingSpeakers.contains($0) || recognizer.provenance.validationSpeakers.contains($0)
    }
    if !known.isEmpty {
      Messages.write("ser-live: the model knows the speakers \(known.joined(separator: ", ")): their figures flatter")
    }
    let dataset = try ProgressReport.hear(corpus, recognizer.configuration, augmentation: nil)
    print("\(corpus.clips.count) clips of the speakers \(speakers.joined(separator: ", "))")
    ResultTable.print(recognizer.evaluate(dataset, Array(corpus.clips.indices)), labels: recognizer.labels)
  }
}
