import ArgumentParser
import Streaming
import Training

struct Adapt: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Adapts a model to a voice with a few labelled recordings.",
    discussion: """
      The recordings are the user's corrections: a manifest with path, label and speaker, or a folder with RAVDESS \
      (docs/data.md). The last layer of each emotion network is fitted to them, with a penalty on changes: few \
      recordings change little. Not every emotion needs a recording. docs/personal.md shows what to expect.

      Examples:
        ser-live adapt --data corrections.csv --output mine.safetensors
        ser-live adapt --model my.safetensors --data corrections.csv --profile me.profile --output mine.safetensors
        ser-live live --model mine.safetensors --profile me.profile
      """)

  @Option(help: "The model to adapt (default: built-in).") var model: String?
  @OptionGroup var data: DataOptions
  @Option(help: ArgumentHelp("The model to write.", valueName: "file")) var output: String
  @OptionGroup var profile: ProfileOption
  @Option(help: "Penalty on changes: lower follows the recordings more closely, higher stays closer to the model.")
  var penalty = Recognizer.adaptationPenalty

  func validate() throws {
    guard 1e-3...1e6 ~= penalty else {
      throw ValidationError("--penalty takes a number between 0.001 and 1000000, not \(penalty)")
    }
  }

  func run() throws {
    try OutputPlace.tryFile(output)
    let recognizer = try ModelFile.load(model)
    let voice = try profile.load(for: recognizer)
    let corpus = try data.corpus().named(as: recognizer.provenance).relabelled(recognizer.labels)
    Interruption.install()
    let dataset = try ProgressReport.process(corpus, recognizer.configuration, augmentation: nil)
    let clips = Array(dataset.corpus.clips.indices)
    let adapted = try recognizer.adapted(to: clips, of: dataset, profile: voice, penalty: penalty)
    try adapted.checkpoint.write(to: output)
    func right(_ recognizer: Recognizer) -> Int {
      let posteriors = recognizer.predictions(dataset, clips, profile: voice)
        .posteriors("ensemble", classes: recognizer.labels.emotions.count)
      return recognizer.labels.emotions.indices.reduce(0) { $0 + posteriors.confusion[$1, $1] }
    }
    Messages.write(
      "ser-live: wrote \(output); correct labels in these \(clips.count) recordings: \(right(recognizer)) before, "
        + "\(right(adapted)) after; expect a smaller gain in other recordings")
  }
}
