import Capture
import FoundationEssentials
import Glibc
import Models
import Streaming
import Support
import Synchronization

/// Trains all networks of a configuration in parallel, and combines them into a recognizer.
public struct RecognizerTrainer: Sendable {
  private let dataset: Dataset
  private let split: Split
  private let configuration: TrainingConfiguration
  private let stop: StopFlag
  private let stateDirectory: String?
  private let bestModel: String?
  private let teacher: Teacher?
  private let start: [Network]?

  /// - Parameters:
  ///   - dataset: with the copies that the configuration's augmentation needs.
  ///   - stateDirectory: stores each network's state after every epoch, and resumes from it; nil stores none.
  ///   - bestModel: path of a model of the epochs with the best validation results, kept up to date; nil for none.
  ///   - teacher: its outputs are targets beside the labels; rows are then normalised by its statistics.
  ///   - start: initial networks instead of initial weights, without auxiliary targets; zero weights of their matrices
  ///     stay zero.
  ///   - stop: ends training between two steps.
  public init(
    _ dataset: Dataset, _ split: Split, _ configuration: TrainingConfiguration, stateDirectory: String?,
    bestModel: String? = nil, teacher: Teacher? = nil, start: [Network]? = nil, stop: StopFlag
  ) {
    precondition(
      start?.allSatisfy { $0.configuration.auxiliary.isEmpty } ?? true, "auxiliary heads have no weights to begin with")
    self.dataset = dataset
    self.split = split
    self.configuration = configuration
    self.stateDirectory = stateDirectory
    self.bestModel = bestModel
    self.teacher = teacher
    self.start = start
    self.stop = stop
  }

  /// Trains, resuming from the states in the state directory if there are any, and calibrates on the validation clips.
  ///
  /// - Parameter progress: called after each epoch, from several threads, one at a time.
  /// - Returns: nil after a stop; with a state directory training can be resumed.
  /// - Throws: an `OperationError` where the training clips contain no speech, lack the labels for a network or for
  ///   early stopping, or have only one emotion, where a clip is in two parts of the split, a state is of other
  ///   recordings, or training diverges; a `NetworkConfigurationError` for an invalid network; a `CheckpointError` for
  ///   a state that cannot be read, written or continued with these settings; a `CaptureError` for a recording whose
  ///   copies are redrawn and that is no longer readable; the errors of `progress`.
  public func train(progress: @Sendable (TrainingProgress) throws -> Void) throws -> Recognizer? {
    guard let distillation = configuration.distillation, teacher == nil else { return try trainOnce(progress) }
    var teachers: [Recognizer] = []
    for number in 1...distillation.teachers {
      let finished = try trainer(ofTeacher: number).trainOnce { now in
        var now = now
        now.network = "teacher-\(number).\(now.network)"
        try progress(now)
      }
      guard let finished else { return nil }
      teachers.append(finished)
    }
    let teacher = Teacher(teachers, share: distillation.share, temperature: distillation.temperature)
    return try RecognizerTrainer(
      dataset, split, configuration, stateDirectory: stateDirectory, bestModel: bestModel, teacher: teacher,
      start: start,
      stop: stop
    ).trainOnce(progress)
  }

  /// The trainer of one teacher.
  private func trainer(ofTeacher number: Int) -> RecognizerTrainer {
    var settings = configuration
    settings.distillation = nil
    var random = RandomSource(seed: configuration.seed, number)
    settings.seed = random.next()
    let state = stateDirectory.map { "\($0)/teacher-\(number)" }
    if let state { mkdir(state.cPath, 0o755) }
    return RecognizerTrainer(dataset, split, settings, stateDirectory: state, stop: stop)
  }

  private func trainOnce(_ progress: @Sendable (TrainingProgress) throws -> Void) throws -> Recognizer? {
    try split.check(dataset.corpus, speakersApart: false)
    let recognizer = dataset.configuration
    if recognizer.networks.contains(where: { $0.target == .emotion }) {
      try split.requireSeveralEmotions(dataset.corpus)
    }
    guard configuration.earlyStopping == nil || !split.validation.isEmpty else {
      throw OperationError(.usage, "training.earlyStopping needs validation clips: name some validationSpeakers")
    }
    try requireSameRecordings()
    let voices = teacher.map { TrainingVoices(of: $0.recognizers[0]) } ?? TrainingVoices(dataset, split.training)
    let report = Mutex(())
    let best = BestNetworks(recognizer.networks.count)
    let networks = try Parallel.map(Array(recognizer.networks.enumerated())) { index, network in
      try train(network, index: index, voices: voices) { better in
        try best.replace(index, by: better) { networks in
          guard let bestModel else { return }
          try uncalibrated(networks, voices).checkpoint.write(to: bestModel)
        }
      } progress: { now in
        try report.withLock { _ in try progress(now) }
      }
    }
    var finished: [Network] = []
    for network in networks {
      guard let network else { return nil }
      finished.append(network)
    }
    if let networks = best.all, let bestModel {
      try calibrated(uncalibrated(networks, voices)).checkpoint.write(to: bestModel)
    }
    return calibrated(uncalibrated(finished, voices))
  }

  /// A state is valid only for the recordings with which it was begun.
  private func requireSameRecordings() throws(OperationError) {
    guard let stateDirectory, let recordsPath else { return }
    let hasState = dataset.configuration.networks.compactMap(statePath).contains { access($0.cPath, F_OK) == 0 }
    try RecordingsRecord(dataset).keep(
      in: recordsPath, isNew: !hasState, what: "\(stateDirectory) holds the state of a training",
      otherwise: "remove it to start over", kind: .badData)
  }

  private var recordsPath: String? { stateDirectory.map { "\($0)/recordings.json" } }

  /// A recognizer of networks with equal ensemble weights.
  private func uncalibrated(_ networks: [Network], _ voices: TrainingVoices) -> Recognizer {
    var configuration = dataset.configuration
    configuration.networks = networks.map(\.configuration)
    let voters = networks.count { $0.configuration.target == .emotion }
    return Recognizer(
      configuration: configuration, labels: dataset.corpus.labels, statistics: voices.statistics,
      offsets: voices.offsets, networks: networks,
      ensemble: Ensemble(weights: Array(repeating: 1 / Float(max(voters, 1)), count: voters)),
      provenance: provenance)
  }

  private func train(
    _ configuration: NetworkConfiguration, index: Int, voices: TrainingVoices,
    best: (Network) throws -> Void, progress: (TrainingProgress) throws -> Void
  ) throws -> Network? {
    var random = RandomSource(seed: self.configuration.seed, -1 - index)
    let loss = try loss(of: configuration)
    let own = loss.heads[0].columns.count
    let fresh = try Network(
      training: configuration, inputWidth: voices.statistics.mean.count, outputs: own,
      further: loss.heads[loss.heads.count - 1].columns.upperBound - own, random: &random)
    let network = start?[index] ?? fresh
    var settings = self.configuration
    settings.seed = random.next()
    let batches = BatchMaker(
      dataset, clips: split.training, statistics: voices.statistics, offsets: voices.offsets,
      network: configuration, training: settings, teacher: teacher)
    guard !batches.isEmpty else {
      throw OperationError(.badData, "no speech was detected in any of the \(split.training.count) training recordings")
    }
    var trainer = NetworkTrainer(
      network, description: configuration, loss: loss, batches: batches, configuration: settings,
      keepsZeros: start != nil, experiment: experiment)
    let state = statePath(configuration)
    if let state, access(state.cPath, F_OK) == 0 {
      try trainer.resume(from: SafeTensors(contentsOf: state), name: state)
      if let epoch = trainer.best { try best(trainer.network(of: epoch)) }
    }
    let start = ContinuousClock.now
    let firstEpoch = trainer.epoch
    var last = start
    while !trainer.isFinished {
      guard let report = try trainer.runEpoch(shouldStop: { stop.isStopped }) else { return nil }
      let validation = validation(of: trainer.network, voices)
      // The loss alone does not show it: the logarithm kernel returns a number for NaN.
      guard report.loss.isFinite, trainer.network.weights.allSatisfy(\.isFinite) else {
        throw OperationError(
          .badData,
          "the training of network '\(configuration.name)' diverged in epoch \(trainer.epoch): lower training.learningRate"
        )
      }
      let isBest = validation.map { trainer.judge($0) } ?? false
      if let state { try trainer.checkpoint.write(to: state) }
      if isBest, let epoch = trainer.best { try best(trainer.network(of: epoch)) }
      let now = ContinuousClock.now
      let perEpoch = (now - start) / (trainer.epoch - firstEpoch)
      try progress(
        TrainingProgress(
          network: configuration.name, epoch: trainer.epoch, epochs: settings.epochs,
          learningRate: report.learningRate, loss: report.loss, accuracy: report.accuracy,
          validationUAR: validation?.uar, validationAccuracy: validation?.accuracy, validationLoss: validation?.loss,
          seconds: (now - last) / .seconds(1),
          secondsLeft: trainer.isFinished ? 0 : (perEpoch * (settings.epochs - trainer.epoch)) / .seconds(1)))
      last = now
    }
    return trainer.outcome
  }

  /// The loss of a network: that of its own target and those of its auxiliary heads.
  private func loss(of network: NetworkConfiguration) throws -> MultiTaskLoss {
    let clips = split.training.map { dataset.corpus.clips[$0] }
    let names = dataset.corpus.labels[network.target]
    let weights = try configuration.loss.classWeights.weights(
      clips.map { $0.label(network.target) }, of: network.target, in: dataset.corpus.labels)
    let smoothing = configuration.labelSmoothing
    var heads = [
      MultiTaskLoss.Head(
        columns: 0..<names.count, weight: 1,
        loss: configuration.loss.loss(smoothing: smoothing, classWeights: weights))
    ]
    for auxiliary in network.auxiliary {
      guard let highest = clips.compactMap({ $0.label(auxiliary.target) }).max() else {
        throw OperationError(
          .badData,
          "network '\(network.name)' has the auxiliary target '\(auxiliary.target.rawValue)', but no training recording says it"
        )
      }
      let start = heads[heads.count - 1].columns.upperBound
      heads.append(
        MultiTaskLoss.Head(
          columns: start..<start + max(highest + 1, 2), weight: auxiliary.weight,
          loss: configuration.loss.loss(smoothing: smoothing, classWeights: nil)))
    }
    return MultiTaskLoss(heads: heads)
  }

  /// Path of a network's state between two epochs.
  private func statePath(_ network: NetworkConfiguration) -> String? {
    stateDirectory.map { "\($0)/\(network.name).safetensors" }
  }

  /// Removes the state between epochs, which a finished training no longer needs.
  public func removeState() {
    for path in dataset.configuration.networks.compactMap(statePath) + [recordsPath].compactMap({ $0 }) {
      unlink(path.cPath)
    }
    guard let distillation = configuration.distillation, let stateDirectory else { return }
    for number in 1...distillation.teachers {
      trainer(ofTeacher: number).removeState()
      rmdir("\(stateDirectory)/teacher-\(number)".cPath)
    }
  }

  private func validation(of network: Network, _ voices: TrainingVoices) -> Validation? {
    guard !split.validation.isEmpty else { return nil }
    return Validation(uncalibrated([network], voices).expectingAllAlike, dataset, clips: split.validation)
  }

  /// Fits the temperatures of the emotion networks, their ensemble weights where these are to be learnt, and then the
  /// ensemble's temperature, on the validation clips. Only the networks' own temperatures are then shrunk towards 1.
  private func calibrated(_ recognizer: Recognizer) -> Recognizer {
    var recognizer = recognizer
    let voters = recognizer.networks.indices.filter { recognizer.networks[$0].configuration.target == .emotion }
    for index in voters {
      recognizer.networks[index].temperature = 1
      recognizer.networks[index].temperature = temperature(of: recognizer.only(recognizer.networks[index]))
    }
    if configuration.learnVotes { recognizer.ensemble.weights = votes(of: recognizer) }
    recognizer.ensemble.temperature = temperature(of: recognizer)
    // The agreement of networks depends less on the speaker than their confidence does: the ensemble's temperature
    // stays as fitted.
    for index in voters {
      recognizer.networks[index].temperature = Calibration.drawnTowardsOne(
        recognizer.networks[index].temperature, speakers: recognizer.provenance.validationSpeakers.count)
    }
    return recognizer
  }

  private func temperature(of recognizer: Recognizer) -> Float {
    let sources = Dictionary(grouping: split.validation) { dataset.corpus.clips[$0].source }
    return Calibration.temperature(sources.keys.sorted().map { validationPosteriors(of: recognizer, sources[$0]!) })
  }

  private func votes(of recognizer: Recognizer) -> [Float] {
    let voters = recognizer.networks.filter { $0.configuration.target == .emotion }
      .map { validationPosteriors(of: recognizer.only($0), split.validation) }
    return Calibration.votes(
      voters[0].indices.map { utterance in
        (voters.map { $0[utterance].probabilities }, voters[0][utterance].label)
      }, networks: voters.count)
  }

  /// A recognizer's posteriors for each utterance of validation clips, and the actual labels.
  private func validationPosteriors(
    of recognizer: Recognizer, _ clips: [Int]
  ) -> [(probabilities: [Float], label: Int)] {
    var evaluator = Evaluator(recognizer.expectingAllAlike, dataset)
    return clips.flatMap { clip in
      evaluator.recognize(clip).utterances.map { ($0.probabilities, dataset.corpus.clips[clip].emotion) }
    }
  }

  /// All settings that determine the result of training, except the recordings, as text.
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
    // In a split by clips, networks may have been trained on test speakers as well.
    let known = Set(provenance.trainingSpeakers + provenance.validationSpeakers)
    provenance.heldOutSpeakers = speakers(split.test).filter { !known.contains($0) }
    provenance.licence = dataset.corpus.licence
    provenance.seed = configuration.seed
    return provenance
  }
}

extension Recognizer {
  /// The same without class priors: temperatures and epochs are judged by the networks alone.
  fileprivate var expectingAllAlike: Recognizer {
    var recognizer = self
    recognizer.replacePriors(EmotionPriors())
    return recognizer
  }
}
