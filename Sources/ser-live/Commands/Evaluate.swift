import ArgumentParser
import Streaming
import Support
import Training

struct Evaluate: SettingsReader {
  static let configuration = CommandConfiguration(
    abstract: "Evaluates a model on labelled recordings.",
    discussion: """
      Every clip is a new session and is processed frame by frame, as live. With --session all clips of a speaker form \
      one session, to which the normaliser adapts; with --mood those of one emotion of a speaker. Without --speaker it \
      tests on the speakers held out of training, or on all speakers if the model was not trained on the corpus.

      With --output it writes report.md, report.json, predictions.csv and pictures to a folder; docs/evaluation.md \
      describes them.

      Examples:
        ser-live evaluate --data mine/manifest.csv
        ser-live evaluate --data mine/manifest.csv --stream --noise pink --snr 15 --smoothing calm
        ser-live evaluate --data mine/manifest.csv --robustness --noise-recordings kitchen.wav
        ser-live evaluate --model my.safetensors --data ~/ravdess --output report --metrics my.metrics.jsonl
      """)

  @Option(help: "The model (default: built-in).") var model: String?
  @OptionGroup var data: DataOptions
  @Option(help: "Test this speaker, such as 5; may be given several times.") var speaker: [String] = []
  @Flag var sessions: TestedSessions?
  @Option(help: "Random seed.") var seed: UInt64 = 46
  @Flag(
    help: "Also test the clips louder, softer, in noise, over a telephone, in rooms, through equalisers and codecs.")
  var robustness = false
  @Option(help: ArgumentHelp("For --robustness: recordings of noise to add to the tests.", valueName: "file|folder"))
  var noiseRecordings: String?
  @OptionGroup var stream: StreamOptions
  @OptionGroup var smoothing: SmoothingOption
  @OptionGroup var priors: PriorsOption
  @OptionGroup var profile: ProfileOption
  @Option(help: "Folder for the report.") var output: String?
  @Option(help: "Training metrics for the report: the .metrics.jsonl next to the model.") var metrics: String?

  /// Only long recordings have labels that settle.
  var settingsWithoutUse: Set<String> { stream.stream ? [] : ["smoothing"] }

  func validate() throws {
    if noiseRecordings != nil && !robustness {
      throw ValidationError("--noise-recordings is for tests in noise: add --robustness")
    }
    if smoothing.smoothing != nil && !stream.stream { throw StreamOptions.needed(by: "--smoothing") }
    if metrics != nil && output == nil { throw ValidationError("--metrics is for the report: add --output FOLDER") }
  }

  func run() throws {
    if let output {
      try OutputPlace.tryFolder(output, files: ["report.md", "report.json", "predictions.csv", "stream.csv"])
    }
    let curves = try metrics.map { try TrainingCurves(path: $0) }
    let recognizer = try priors.applied(to: ModelFile.load(model))
    let voice = try profile.load(for: recognizer)
    let provenance = recognizer.provenance
    var corpus = try data.corpus().named(as: provenance).relabelled(recognizer.labels)
    let speakers = speaker.isEmpty ? corpus.speakers(heldOutOf: provenance) : speaker
    for name in speaker { try corpus.requireSpeaker(name) }
    corpus.clips.removeAll { !speakers.contains($0.speaker) }
    guard !corpus.clips.isEmpty else {
      throw OperationError(
        .noInput, "no recording is left: the model was trained on all speakers: name some with --speaker")
    }
    let known = speakers.filter { provenance.knows($0, of: corpus.sources.map(\.name)) }
    if !known.isEmpty {
      Messages.write(
        "ser-live: the model was trained on the speakers \(known.joined(separator: ", ")): their figures flatter")
    }
    if let output { try ResultFolder.make(output) }
    let dataset = try ProgressReport.process(corpus, recognizer.configuration, augmentation: nil)
    corpus = dataset.corpus
    var text = ReportText(outlives: output != nil)
    try text.add(["\(corpus.clips.count) clips of the speakers \(speakers.joined(separator: ", "))"])
    let before = sessions?.sessionHistory(seed: seed) ?? .nothing
    let predictions = recognizer.predictions(
      dataset, Array(corpus.clips.indices), before: before, profile: voice)
    try text.add(ResultTable.lines(predictions.evaluations(recognizer.labels), labels: recognizer.labels))
    let streamed = try testStream(smoothing.applied(to: recognizer), corpus, profile: voice)
    if let streamed { try text.add([""] + streamed.scores.lines) }
    let robustness = try testRobustness(recognizer, dataset, predictions, before: before, profile: voice)
    if let robustness { try text.add([""] + robustness.lines) }
    guard let output else { return }
    var report = EvaluationReport(
      predictions, of: recognizer, model: model, corpus: corpus, knownSpeakers: known,
      sessions: sessions, sessionSeed: sessions == nil ? nil : seed)
    report.robustness = robustness
    report.stream = streamed?.scores
    try report.write(to: output, predictions, corpus: corpus, training: curves)
    if let streamed {
      try ResultFile.write(StreamTable.csv(streamed.test, corpus), to: "\(output)/stream.csv")
    }
    Messages.write("ser-live: wrote \(output)/report.md")
    try text.finish()
  }

  /// - Returns: nil where it was not requested.
  private func testStream(
    _ recognizer: Recognizer, _ corpus: Corpus, profile: VoiceProfile?
  ) throws -> (test: StreamTest, scores: StreamScores)? {
    guard stream.stream else { return nil }
    let settings = stream.settings(seed: seed)
    let test = try recognizer.streamTest(corpus, settings, profile: profile) { speaker in
      Messages.write("processed the clips of speaker \(speaker)")
    }
    let scores = StreamScores(
      test, settings, recognizer.configuration.smoother, classes: recognizer.labels.emotions.count)
    return (test, scores)
  }

  /// - Returns: nil where it was not requested.
  private func testRobustness(
    _ recognizer: Recognizer, _ dataset: Dataset, _ predictions: [Prediction], before: SessionHistory,
    profile: VoiceProfile?
  ) throws -> Robustness? {
    guard robustness else { return nil }
    return try recognizer.robustness(
      dataset, clean: predictions, before: before, profile: profile,
      distortions: Distortion.all(noiseRecordings: noiseRecordings), seed: seed
    ) { Messages.write("tests with \($0.name)") }
  }
}
