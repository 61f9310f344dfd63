import ArgumentParser
import Glibc
import Streaming
import Support
import Training

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains the networks of a configuration on recordings and writes a model.",
    discussion: """
      After every epoch the state of each network is saved next to the model. Ctrl-C stops the training; the same \
      command with --resume continues it and gives, bit for bit, the same model.

      Besides MODEL.safetensors it writes MODEL.metrics.jsonl and MODEL.metrics.csv, with one line per epoch and \
      network. With validation speakers it also writes MODEL.best.safetensors, a model of the epochs that are best on \
      them so far.

      Example:
        ser-live train --config configs/studio.yaml --data ~/ravdess --output emotions.safetensors
        ser-live train --config my.yaml --data ~/ravdess --data ~/nemo/manifest.csv --output emotions.safetensors
      """)

  @Option(help: "The experiment, as YAML.") var config: String
  @OptionGroup var data: DataOptions
  @Option(help: "The model to write.") var output: String
  @Option(help: "Random seed (default: that of the configuration).") var seed: UInt64?
  @OptionGroup var options: TrainingOptions
  @Flag(help: "Resume a training that was stopped.") var resume = false

  func run() throws {
    for path in [output, "\(base).best.safetensors"] { try OutputPlace.tryFile(path) }
    for ending in ["jsonl", "csv"] { try OutputPlace.tryFile("\(base).metrics.\(ending)", .inPlace) }
    var experiment = try ExperimentFile.load(config)
    if let seed { experiment.training.seed = seed }
    try options.apply(to: &experiment.training)
    let corpus = try data.corpus()
    // Checked before the data is processed: settings that do not fit it.
    let planned = try Split(corpus, experiment.training)
    if experiment.recognizer.networks.contains(where: { $0.target == .emotion }) {
      try planned.requireSeveralEmotions(corpus)
    }
    try experiment.validate(for: corpus.labels)
    let state = "\(output).training"
    try makeFolder(state)
    // Stays after a stopped training: it is not empty then.
    defer { rmdir(state.cPath) }
    Interruption.install()
    let dataset = try ProgressReport.process(corpus, experiment)
    let log = try MetricsLog(base: "\(base).metrics", resumes: resume)
    let split = try Split(dataset.corpus, experiment.training)
    let trainer = RecognizerTrainer(
      dataset, split, experiment.training, stateDirectory: state, bestModel: "\(base).best.safetensors",
      stop: Interruption.flag)
    let finished = try trainer.train { progress in
      ProgressReport.write(progress)
      try log.add(progress)
    }
    guard var recognizer = finished else {
      Messages.write("ser-live: stopped; run the same command with --resume to continue")
      return
    }
    recognizer.provenance.version = SerLive.version
    try recognizer.checkpoint.write(to: output)
    trainer.removeState()
    Messages.write("ser-live: wrote \(output)")
    if !split.test.isEmpty {
      let speakers = recognizer.provenance.heldOutSpeakers
      var text = ReportText(outlives: false)
      try text.add([
        speakers.isEmpty
          ? "\(split.test.count) held-out clips, by speakers of the training"
          : "held-out speakers: \(speakers.joined(separator: ", "))"
      ])
      try text.add(ResultTable.lines(recognizer.evaluate(dataset, split.test), labels: recognizer.labels))
    }
  }

  /// The model's path without its extension.
  private var base: String {
    let suffix = ".safetensors"
    return output.hasSuffix(suffix) ? String(output.dropLast(suffix.count)) : output
  }

  /// Creates the folder for the state between epochs, and refuses accidental resumes and restarts.
  private func makeFolder(_ state: String) throws {
    let exists = access(state.cPath, F_OK) == 0
    if resume {
      guard exists else {
        throw OperationError(.noInput, "there is no stopped training to resume: \(state) is missing")
      }
      return try OutputPlace.tryFolder(state)
    }
    guard !exists else {
      throw OperationError(
        .usage, "\(state) holds a training that was stopped: add --resume to continue, or remove it to start over")
    }
    guard mkdir(state.cPath, 0o755) == 0 else {
      throw OperationError(.inputOutput, "cannot make the folder \(state): \(systemMessage(errno))")
    }
  }
}
