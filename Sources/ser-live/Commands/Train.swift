import ArgumentParser
import Capture
import Glibc
import Streaming
import Training

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains the networks of a configuration on recordings and writes a model.",
    discussion: """
      After every epoch the state of each network is kept beside the model. Ctrl-C stops; the same command with
      --resume goes on where it stopped and gives, bit for bit, the same model.

      Example:
        ser-live train --config configs/default.yaml --data ~/ravdess --output emotions.safetensors
      """)

  @Option(help: "The experiment, as YAML.") var config: String
  @Option(help: "The folder with the RAVDESS recordings.") var data: String
  @Option(help: "The model to write.") var output: String
  @Option(help: "Seed in place of the configuration's.") var seed: UInt64?
  @Flag(help: "Go on with a training that was stopped.") var resume = false

  func run() throws {
    var experiment = try ExperimentFile.load(config)
    if let seed { experiment.training.seed = seed }
    let state = "\(output).training"
    try prepare(state)
    Interruption.install()
    let corpus = try RAVDESS.scan(data)
    let split = try Split(corpus, experiment.training)
    let dataset = try Listening.hear(corpus, experiment)
    let trainer = RecognizerTrainer(
      dataset, split, experiment.training, stateDirectory: state, stop: Interruption.flag)
    guard var recognizer = try trainer.train(progress: { Listening.report($0) }) else {
      Messages.write("ser-live: stopped; the same command with --resume goes on")
      return
    }
    recognizer.provenance.version = SerLive.version
    try recognizer.checkpoint.write(to: output)
    Messages.write("ser-live: wrote \(output)")
    if !split.test.isEmpty {
      print("speakers that took part in nothing: \(experiment.training.heldOutSpeakers.joined(separator: ", "))")
      ResultTable.print(evaluate(recognizer, dataset, split.test), labels: recognizer.labels)
    }
  }

  /// Makes the folder for the state between epochs, and refuses to continue or to overwrite by accident.
  private func prepare(_ state: String) throws {
    let exists = access(state, F_OK) == 0
    if resume {
      guard exists else { throw TrainingError(.noInput, "there is no stopped training to resume: \(state) is missing") }
      return
    }
    guard !exists else {
      throw TrainingError(
        .usage,
        "\(state) holds a training that was stopped or finished: add --resume to go on, or remove it to begin anew")
    }
    guard mkdir(state, 0o755) == 0 else {
      throw TrainingError(.inputOutput, "cannot make the folder \(state): \(String(cString: strerror(errno)))")
    }
  }
}

/// What commands that learn or test say while they work.
enum Listening {
  /// Reads a corpus, saying how far it is.
  static func hear(
    _ corpus: Corpus, _ configuration: RecognizerConfiguration, augmentation: AugmentationConfiguration?
  ) throws -> Dataset {
    for (path, reason) in corpus.skipped.prefix(10) { Messages.write("ser-live: left out \(path): \(reason)") }
    if corpus.skipped.count > 10 { Messages.write("ser-live: and \(corpus.skipped.count - 10) more were left out") }
    let total = corpus.clips.count
    let dataset = try Dataset(corpus, configuration: configuration, augmentation: augmentation) { count in
      if count % 100 == 0 || count == total { Messages.write("heard \(count) of \(total) recordings") }
    }
    let silent = dataset.silent
    if !silent.isEmpty {
      Messages.write(
        "ser-live: no speech was heard in \(silent.count) recordings, such as \(corpus.clips[silent[0]].path)")
    }
    return dataset
  }

  static func hear(_ corpus: Corpus, _ experiment: ExperimentConfiguration) throws -> Dataset {
    try hear(corpus, experiment.recognizer, augmentation: experiment.training.augmentation)
  }

  @Sendable static func report(_ progress: TrainingProgress) {
    report(progress, prefix: "")
  }

  static func report(_ progress: TrainingProgress, prefix: String) {
    let uar = progress.validationUAR.map { "  validation UAR \(percent($0))" } ?? ""
    let minutes = Int(progress.secondsLeft) / 60
    let seconds = Int(progress.secondsLeft) % 60
    Messages.write(
      "\(prefix)\(progress.network)  epoch \(progress.epoch)/\(progress.epochs)  "
        + "loss \(progress.loss.decimals(3))"
        + "  training accuracy \(percent(Double(progress.accuracy)))\(uar)  left \(minutes) min \(seconds) s")
  }

  static func percent(_ share: Double) -> String { "\((100 * share).decimals(1)) %" }
}
