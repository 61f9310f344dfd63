import Capture
import FoundationEssentials
import Glibc
import Models
import Streaming
import Synchronization

/// Trains all networks of a configuration, side by side, and makes a recognizer of them.
public struct RecognizerTrainer: Sendable {
  private let dataset: Dataset
  private let split: Split
  private let configuration: TrainingConfiguration
  private let stop: StopFlag
  private let stateDirectory: String?

  /// - Parameters:
  ///   - dataset: with the versions that the configuration's augmentation asks for.
  ///   - stateDirectory: where each network's state is kept after every epoch, and found again; nil keeps none.
  ///   - stop: ends training between two steps.
  public init(
    _ dataset: Dataset, _ split: Split, _ configuration: TrainingConfiguration, stateDirectory: String?, stop: StopFlag
  ) {
    self.dataset = dataset
    self.split = split
    self.configuration = configuration
    self.stateDirectory = stateDirectory
    self.stop = stop
  }

  /// Trains, from the state directory's states where there are any, and calibrates on the validation clips.
  ///
  /// - Parameter progress: called after each epoch, from several threads, one at a time.
  /// - Returns: nil where training was stopped; with a state directory it can be resumed.
  /// - Throws: `TrainingError` where the training clips hold no speech or a clip is in two parts of the split, `NetworkConfigurationError` for a network that
  ///   cannot work, `CheckpointError` for a state that cannot be read, written or continued with these settings,
  ///   `CaptureError` for a recording whose copies are drawn anew and that can be read no more.
  public func train(progress: @Sendable (TrainingProgress) -> Void) throws -> Recognizer? {
    try split.check(dataset.corpus, speakersApart: false)
    let recognizer = dataset.configuration
    let statistics = split.training.reduce(into: FeatureStatistics(width: FeatureLayout(recognizer.frontEnd).width)) {
      $0.add(dataset.rows[$1][0].statistics)
    }
    let report = Mutex(())
    let networks = try Parallel.map(Array(recognizer.networks.enumerated())) { index, network in
      try train(network, index: index, statistics: statistics) { now in report.withLock { _ in progress(now) } }
    }
    var finished: [Network] = []
    for network in networks {
      guard let network else { return nil }
      finished.append(network)
    }
    return calibrated(uncalibrated(networks: finished, statistics: statistics))
  }

  /// A recognizer of networks whose temperatures are still 1; they vote with equal weight.
  private func uncalibrated(networks: [Network], statistics: FeatureStatistics) -> Recognizer {
    var configuration = dataset.configuration
    configuration.networks = networks.map(\.configuration)
    let voters = networks.count { $0.configuration.target == .emotion }
    return Recognizer(
      configuration: configuration, labels: dataset.corpus.labels, statistics: statistics, networks: networks,
      ensemble: Ensemble(weights: Array(repeating: 1 / Float(max(voters, 1)), count: voters)),
      provenance: provenance)
  }

  private func train(
    _ configuration: NetworkConfiguration, index: Int, statistics: FeatureStatistics,
    progress: (TrainingProgress) -> Void
  ) throws -> Network? {
    var random = RandomSource(seed: self.configuration.seed, -1 - index)
    let network = try Network(
      configuration, inputWidth: statistics.mean.count,
      outputs: dataset.corpus.labels[configuration.target].count, random: &random)
    var settings = self.configuration
    settings.seed = random.next()
    let batches = BatchMaker(
      dataset, clips: split.training, statistics: statistics, network: configuration,
      training: settings)
    guard !batches.isEmpty else {
      throw TrainingError(.badData, "no speech was heard in any of the \(split.training.count) training recordings")
    }
    var trainer = NetworkTrainer(network, batches: batches, configuration: settings, experiment: experiment)
    let state = statePath(configuration)
    if let state, access(state, F_OK) == 0 {
      try trainer.resume(from: SafeTensors(contentsOf: state), name: state)
    }
    let start = ContinuousClock.now
    let firstEpoch = trainer.epoch
    while trainer.epoch < settings.epochs {
      guard let report = try trainer.runEpoch(shouldStop: { stop.isStopped }) else { return nil }
      if let state { try trainer.checkpoint.write(to: state) }
      let perEpoch = (ContinuousClock.now - start) / (trainer.epoch - firstEpoch)
      progress(
        TrainingProgress(
          network: configuration.name, epoch: trainer.epoch, epochs: settings.epochs, loss: report.loss,
          accuracy: report.accuracy, validationUAR: validationUAR(trainer.network, statistics),
          secondsLeft: (perEpoch * (settings.epochs - trainer.epoch)) / .seconds(1)))
    }
    return trainer.network
  }

  /// Where the state of a network between two epochs lies.
  private func statePath(_ network: NetworkConfiguration) -> String? {
    stateDirectory.map { "\($0)/\(network.name).safetensors" }
  }

  /// Removes the state between epochs, which a finished training needs no more.
  public func removeState() {
    for path in dataset.configuration.networks.compactMap(statePath) { unlink(path) }
  }

  private func validationUAR(_ network: Network, _ statistics: FeatureStatistics) -> Double? {
    guard !split.validation.isEmpty else { return nil }
    var evaluator = Evaluator(uncalibrated(networks: [network], statistics: statistics), dataset)
    let evaluation = evaluator.evaluate(split.validation)
    switch network.configuration.target {
    case .emotion: return evaluation.emotion.unweightedAverageRecall
    case .gender: return evaluation.gender.unweightedAverageRecall
    }
  }

  /// Fits the temperatures of the emotion networks, and then that of their vote, on the validation clips.
  private func calibrated(_ recognizer: Recognizer) -> Recognizer {
    var recognizer = recognizer
    for index in recognizer.networks.indices where recognizer.networks[index].configuration.target == .emotion {
      recognizer.networks[index].temperature = temperature(of: recognizer.only(recognizer.networks[index]))
    }
    recognizer.ensemble.temperature = temperature(of: recognizer)
    return recognizer
  }

  private func temperature(of recognizer: Recognizer) -> Float {
    var evaluator = Evaluator(recognizer, dataset)
    return Calibration.temperature(
      split.validation.flatMap { clip in
        evaluator.hear(clip).utterances.map { ($0.probabilities, dataset.corpus.clips[clip].emotion) }
      })
  }

  /// All that the result of training depends on but the recordings, as text.
  private var experiment: String {
    var experiment = ExperimentConfiguration(recognizer: dataset.configuration)
    experiment.training = configuration
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    // Strings, booleans and finite numbers always encode.
    return String(decoding: try! encoder.encode(experiment), as: UTF8.self)
  }

  private var provenance: Provenance {
    func speakers(_ clips: [Int]) -> [String] {
      let present = Set(clips.map { dataset.corpus.clips[$0].speaker })
      return dataset.corpus.speakers.filter(present.contains)
    }
    var provenance = Provenance()
    provenance.corpora = dataset.corpus.sources.map(\.name)
    provenance.trainingSpeakers = speakers(split.training)
    provenance.validationSpeakers = speakers(split.validation)
    // Where a split is of clips, speakers of the test may have taught the networks as well.
    let known = Set(provenance.trainingSpeakers + provenance.validationSpeakers)
    provenance.heldOutSpeakers = speakers(split.test).filter { !known.contains($0) }
    provenance.licence = dataset.corpus.licence
    provenance.seed = configuration.seed
    return provenance
  }
}
