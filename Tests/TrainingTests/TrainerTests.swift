import Foundation
import Models
import Support
import Synchronization
import Testing

@testable import Streaming
@testable import Training

@Suite("Training")
struct TrainerTests {
  let dataset: Dataset
  let split: Split

  init() throws {
    dataset = try SyntheticVoices.dataset.get()
    split = try Split(dataset.corpus, .quick)
  }

  func train(
    _ configuration: TrainingConfiguration, state: String? = nil, stop: StopFlag = StopFlag(),
    progress: @Sendable (TrainingProgress) -> Void = { _ in }
  ) throws -> Recognizer? {
    try RecognizerTrainer(dataset, split, configuration, stateDirectory: state, stop: stop).train(progress: progress)
  }

  static func short(epochs: Int = 4, seed: UInt64 = 46) -> TrainingConfiguration {
    var configuration = TrainingConfiguration.quick
    configuration.epochs = epochs
    configuration.seed = seed
    return configuration
  }

  @Test("Every synthetic clip is heard as speech, in every version")
  func heard() {
    #expect(dataset.silent.isEmpty)
    #expect(dataset.rows.count == 96)
    #expect(dataset.rows.allSatisfy { $0.count == 2 && $0.allSatisfy { $0.rowCount > 10 } })
  }

  @Test("Networks learn: the loss falls, and speakers never heard are recognised far above chance")
  func learning() throws {
    let losses = Mutex<[String: [Float]]>([:])
    let recognizer = try #require(
      try train(.quick) { progress in losses.withLock { $0[progress.network, default: []].append(progress.loss) } })
    for (name, losses) in losses.withLock({ $0 }) {
      #expect(losses.count == TrainingConfiguration.quick.epochs)
      #expect(losses.last! < 0.6 * losses[0], "\(name): \(losses)")
    }
    let results = recognizer.evaluate(dataset, split.test)
    #expect(Set(results.keys) == ["lstm", "cnn", "ensemble"])
    for (name, result) in results {
      // Chance is 33 %.
      #expect(result.emotion.unweightedAverageRecall > 0.6, "\(name) \(result.emotion.counts)")
      #expect(result.gender.unweightedAverageRecall > 0.8 || name != "ensemble", "\(name)")
    }
    let session = recognizer.evaluate(dataset, split.test, before: .session(seed: 1))
    #expect(session["ensemble"]!.emotion.unweightedAverageRecall > 0.6)
    #expect(recognizer.provenance.trainingSpeakers == ["1", "2", "3", "4"])
    #expect(recognizer.provenance.validationSpeakers == ["5", "6"])
    #expect(recognizer.provenance.heldOutSpeakers == ["7", "8"])
    for network in recognizer.networks {
      #expect(0.2...5.001 ~= network.temperature)
      var alone = network
      alone.temperature = 1
      let found = Validation(recognizer.only(alone), dataset, clips: split.validation).temperature
      let expected = network.configuration.target == .emotion ? Calibration.drawnTowardsOne(found, speakers: 2) : 1
      #expect(network.temperature == expected, "\(network.configuration.name) \(found)")
    }
  }

  @Test("A network that looks ahead, and one along the columns of a row, learn and are tested as the others are")
  func otherNetworks() throws {
    let networks = [
      NetworkConfiguration(
        name: "ahead", target: .emotion, adaptive: true,
        layers: [
          .conv(units: 16, kernel: 5, padding: .same), .layerNorm, .activation(.gelu),
          .residual([.selfAttention(units: 16, window: nil)]), .pooling(.max, size: 4, padding: .same),
          .gru(units: 16), .globalAveragePooling, .dense(units: nil),
        ]),
      NetworkConfiguration(
        name: "unrolled", target: .emotion, adaptive: true,
        layers: [
          .attentionPooling(window: nil), .batchNorm,
          .unroll([
            .conv(units: 8, kernel: 3, padding: .valid), .activation(.relu),
            .pooling(.max, size: 4, padding: .valid), .flatten,
          ]), .dropout(rate: 0.1), .dense(units: nil),
        ]),
    ]
    let dataset = try SyntheticVoices.dataset(networks: networks)
    let trainer = RecognizerTrainer(dataset, split, .quick, stateDirectory: nil, stop: StopFlag())
    let recognizer = try #require(try trainer.train { _ in })
    for (name, result) in recognizer.evaluate(dataset, split.test) {
      // Chance is 33 %.
      #expect(result.emotion.unweightedAverageRecall > 0.6, "\(name) \(result.emotion.counts)")
    }
    #expect(throws: NetworkConfigurationError.self) { _ = try Pipeline(recognizer, inputRate: 16000) }
    let read = try Recognizer(SafeTensors(recognizer.checkpoint.encoded().span, name: "it"), name: "it")
    #expect(read.networks.map(\.weights) == recognizer.networks.map(\.weights))
  }

  @Test("The same seed gives the same model, bit for bit, and another seed another")
  func seeds() throws {
    let first = try #require(try train(Self.short())).checkpoint.encoded()
    #expect(try #require(try train(Self.short())).checkpoint.encoded() == first)
    let other = try #require(try train(Self.short(seed: 47)))
    #expect(other.checkpoint.encoded() != first)
    let weights = try #require(try train(Self.short())).networks.map(\.weights)
    for (a, b) in zip(weights, other.networks.map(\.weights)) { #expect(a != b) }
  }

  @Test("A training that was stopped and resumed gives, bit for bit, the uninterrupted model", arguments: [1, 2, 3])
  func resuming(_ epoch: Int) throws {
    let uninterrupted = try #require(try train(Self.short())).checkpoint.encoded()
    try TemporaryFolder.with { folder in
      let stop = StopFlag()
      let stopped = try train(Self.short(), state: folder, stop: stop) { progress in
        if progress.network == "lstm" && progress.epoch == epoch { stop.requestStop() }
      }
      #expect(stopped == nil)
      let epochs = Mutex<[String: [Int]]>([:])
      let resumed = try train(Self.short(), state: folder) { progress in
        epochs.withLock { $0[progress.network, default: []].append(progress.epoch) }
      }
      #expect(try #require(resumed).checkpoint.encoded() == uninterrupted)
      #expect(epochs.withLock { $0["lstm"] } == Array(epoch + 1...4))
      // Once finished, resuming gives the same without training.
      #expect(try #require(try train(Self.short(), state: folder)).checkpoint.encoded() == uninterrupted)
    }
  }

  /// Trainings that remember more than the default one does.
  static let settings: [TrainingConfiguration] = {
    var configurations = OptimizerConfiguration.Name.allCases.map { name in
      var configuration = short(epochs: 3)
      configuration.optimizer.name = name
      return configuration
    }
    configurations[0].schedule.name = .cosine
    configurations[1].schedule.name = .step
    configurations[2].weightAveraging = 0.9
    configurations[3].earlyStopping = EarlyStoppingConfiguration()
    configurations[3].earlyStopping?.patience = 1
    configurations[4].loss.gamma = 2
    configurations[4].loss.classWeights = .balanced
    configurations[4].regularization.l1 = 1e-4
    configurations[5].shards = 2
    return configurations
  }()

  @Test("Every optimiser, schedule, average and penalty resumes bit for bit", arguments: settings)
  func resumingAll(_ configuration: TrainingConfiguration) throws {
    let uninterrupted = try #require(try train(configuration)).checkpoint.encoded()
    try TemporaryFolder.with { folder in
      let stop = StopFlag()
      let stopped = try train(configuration, state: folder, stop: stop) { progress in
        if progress.epoch == 2 { stop.requestStop() }
      }
      let resumed = try train(configuration, state: folder)
      #expect(try #require(resumed).checkpoint.encoded() == uninterrupted)
      // Early stopping may have ended all networks before.
      #expect(stopped == nil || configuration.earlyStopping != nil)
    }
  }

  @Test("Priors change nothing of what is learnt, and come with the model")
  func priors() throws {
    var expecting = dataset.configuration
    expecting.priors = EmotionPriors(["neutral": 20])
    var configuration = Self.short(epochs: 2)
    configuration.learnVotes = true
    configuration.earlyStopping = EarlyStoppingConfiguration()
    let plain = try #require(try train(configuration))
    let found = try #require(
      try RecognizerTrainer(
        SyntheticVoices.dataset(expecting), split, configuration, stateDirectory: nil, stop: StopFlag()
      ).train { _ in })
    #expect(found.configuration.priors == expecting.priors)
    #expect(found.networks.map(\.weights) == plain.networks.map(\.weights))
    #expect(found.networks.map(\.temperature) == plain.networks.map(\.temperature))
    #expect(found.ensemble == plain.ensemble)
  }

  @Test("Early stopping ends when its patience does, and takes the best epoch", arguments: ["uar", "loss"])
  func earlyStopping(_ metric: String) throws {
    var configuration = Self.short(epochs: 40)
    configuration.schedule.name = .constant
    configuration.earlyStopping = EarlyStoppingConfiguration()
    configuration.earlyStopping?.patience = 2
    configuration.earlyStopping?.metric = try #require(EarlyStoppingConfiguration.Metric(rawValue: metric))
    let epochs = Mutex<[String: [TrainingProgress]]>([:])
    let recognizer = try #require(
      try train(configuration) { progress in
        epochs.withLock { $0[progress.network, default: []].append(progress) }
      })
    for network in recognizer.networks {
      let seen = try #require(epochs.withLock { $0[network.configuration.name] })
      let costs = seen.map { metric == "uar" ? -$0.validationUAR! : $0.validationLoss! }
      let best = costs.firstIndex(of: costs.min()!)!
      #expect(seen.count == min(best + 1 + 2, 40), "\(network.configuration.name): \(costs)")
      #expect(seen.count < 40)
      #expect(seen.last!.secondsLeft == 0)
      // At a constant rate, a training of so many epochs ends where the best one did.
      var shorter = configuration
      shorter.earlyStopping = nil
      shorter.epochs = best + 1
      let same = try #require(try train(shorter))
        .networks.first { $0.configuration.name == network.configuration.name }
      #expect(network.weights == same?.weights)
    }
  }

  @Test("Early stopping without validation clips is refused")
  func earlyStoppingBlind() throws {
    var configuration = Self.short()
    configuration.validationSpeakers = []
    configuration.earlyStopping = EarlyStoppingConfiguration()
    let error = #expect(throws: OperationError.self) {
      try RecognizerTrainer(
        dataset, Split(dataset.corpus, configuration), configuration, stateDirectory: nil, stop: StopFlag()
      ).train { _ in }
    }
    #expect(error?.kind == .usage)
    #expect(error?.description.contains("name some validationSpeakers") == true)
  }

  @Test("The best model is of the epochs that did best on the validation clips, also after a stop")
  func bestModel() throws {
    try TemporaryFolder.with { folder in
      let path = "\(folder)/best.safetensors"
      let states = "\(folder)/states"
      try FileManager.default.createDirectory(atPath: states, withIntermediateDirectories: false)
      var configuration = Self.short(epochs: 5)
      configuration.schedule.name = .constant
      let epochs = Mutex<[String: [Double]]>([:])
      func run(_ configuration: TrainingConfiguration, stop: StopFlag, until: Int = .max) throws -> Recognizer? {
        try RecognizerTrainer(
          dataset, split, configuration, stateDirectory: states, bestModel: path, stop: stop
        ).train { progress in
          epochs.withLock { $0[progress.network, default: []].append(progress.validationUAR!) }
          if progress.epoch == until { stop.requestStop() }
        }
      }
      _ = try run(configuration, stop: StopFlag(), until: 3)
      // With fewer cores than networks there may be none yet.
      try? FileManager.default.removeItem(atPath: path)
      // Resuming a training that is over writes the best model again from its state.
      _ = try run(configuration, stop: StopFlag())
      let best = try Recognizer(SafeTensors(contentsOf: path), name: path)
      for network in best.networks {
        let uars = try #require(epochs.withLock { $0[network.configuration.name] })
        #expect(uars.count == 5)
        var shorter = configuration
        shorter.epochs = uars.firstIndex(of: uars.max()!)! + 1
        let same = try #require(try train(shorter))
          .networks.first { $0.configuration.name == network.configuration.name }
        #expect(network.weights == same?.weights, "\(network.configuration.name): \(uars)")
      }
      #expect(best.evaluate(dataset, split.test)["ensemble"]!.emotion.counts.reduce(0, +) == 24)
    }
  }

  @Test("Auxiliary targets change what is learnt, and leave no head in the model")
  func auxiliary() throws {
    var recognizer = RecognizerConfiguration.small
    recognizer.networks[0].auxiliary = [
      AuxiliaryTarget(.gender, weight: 0.3), AuxiliaryTarget(.statement, weight: 0.3),
    ]
    let widened = try SyntheticVoices.dataset(recognizer)
    func model(_ dataset: Dataset) throws -> Recognizer {
      try #require(
        try RecognizerTrainer(dataset, split, Self.short(), stateDirectory: nil, stop: StopFlag()).train { _ in })
    }
    let plain = try model(dataset)
    let taught = try model(widened)
    #expect(taught.networks[0].weights.count == plain.networks[0].weights.count)
    #expect(taught.networks[0].weights != plain.networks[0].weights)
    #expect(taught.networks[1].weights == plain.networks[1].weights)
    let file = taught.checkpoint
    let read = try Recognizer(file, name: "model")
    #expect(read.networks.map(\.weights) == taught.networks.map(\.weights))
    #expect(read.configuration.networks[0].auxiliary == recognizer.networks[0].auxiliary)

    // What no clip says cannot be learnt.
    let silent = try SyntheticVoices.dataset(recognizer) { corpus in
      for clip in corpus.clips.indices { corpus.clips[clip].statement = nil }
    }
    let error = #expect(throws: OperationError.self) { _ = try model(silent) }
    #expect(error?.description.contains("auxiliary target 'statement', but no training recording says it") == true)
    // What one clip says can.
    let first = split.training[0]
    let terse = try SyntheticVoices.dataset(recognizer) { corpus in
      for clip in corpus.clips.indices where clip != first { corpus.clips[clip].statement = nil }
    }
    #expect(try model(terse).networks[0].weights.allSatisfy { $0.isFinite })
  }

  @Test("A training that diverges ends with an error that says what to do")
  func divergence() throws {
    var configuration = Self.short(epochs: 30)
    // With a decay of 2 a step, Nesterov's momentum alone makes weights 2.3 times as large with each step.
    configuration.optimizer.name = .nesterov
    configuration.schedule.name = .constant
    configuration.learningRate = 1
    configuration.gradientClip = .greatestFiniteMagnitude
    configuration.weightDecay = 1
    configuration.regularization.l2 = 1
    let error = #expect(throws: OperationError.self) { _ = try train(configuration) }
    #expect(error?.kind == .badData)
    #expect(error?.description.contains("diverged in epoch") == true)
  }

  @Test("A stop before the first step trains nothing")
  func stopAtOnce() throws {
    let stop = StopFlag()
    stop.requestStop()
    #expect(try train(Self.short(), stop: stop) { _ in Issue.record("an epoch was finished") } == nil)
    let validation = CrossValidation(dataset, Self.short(), .loso, stop: stop)
    #expect(try validation.run { _, _, _ in } == nil)
  }

  @Test("A state of another network, or a damaged one, is an error that names the file")
  func badState() throws {
    try TemporaryFolder.with { folder in
      let path = "\(folder)/lstm.safetensors"
      func failure() -> CheckpointError? {
        #expect(throws: CheckpointError.self) { _ = try train(Self.short(), state: folder) }
      }
      // What the state is of is listed; only the state itself is at fault.
      try RecordingsRecord(dataset).keep(
        in: "\(folder)/recordings.json", isNew: true, what: "it", otherwise: "", kind: .badData)
      try Data("damaged".utf8).write(to: URL(filePath: path))
      #expect(failure()?.description.contains(path) == true)
      for metadata in [["epoch": "1"], ["epoch": "-1", "step": "3"], ["epoch": "1", "step": "three"]] {
        try SafeTensors(metadata: metadata).write(to: path)
        #expect(failure()?.description.contains("lack 'epoch' or 'step'") == true)
      }
      try FileManager.default.removeItem(atPath: path)
      let stop = StopFlag()
      _ = try train(Self.short(), state: folder, stop: stop) { if $0.network == "lstm" { stop.requestStop() } }
      var state = try SafeTensors(contentsOf: path)
      state.tensors["optimizer.first"] = nil
      try state.write(to: path)
      #expect(failure()?.description.contains("\(path) lacks 'optimizer.first'") == true)
      state.metadata["experiment"] = "other"
      try state.write(to: path)
      #expect(failure()?.description.contains("\(path) is the state of a training with other settings") == true)
    }
  }

  @Test("Recordings without speech are left out of training, and a training without any is refused")
  func silence() throws {
    try TemporaryFolder.with { folder in
      var corpus = try SyntheticVoices.corpus(actors: 1...2, in: folder)
      for clip in corpus.clips where clip.speaker == "1" {
        try SyntheticVoices.write(Array(repeating: 0, count: 16000), to: clip.path)
      }
      var configuration = Self.short(epochs: 1)
      configuration.validationSpeakers = []
      configuration.heldOutSpeakers = []
      let mixed = try Dataset(corpus, configuration: .small, augmentation: configuration.augmentation)
      #expect(mixed.silent.count == 12)
      let split = try Split(corpus, configuration)
      let trained = try RecognizerTrainer(mixed, split, configuration, stateDirectory: nil, stop: StopFlag())
        .train { #expect($0.loss.isFinite) }
      let recognizer = try #require(trained)
      #expect(recognizer.networks.allSatisfy { $0.weights.allSatisfy(\.isFinite) })
      #expect(recognizer.networks.allSatisfy { $0.temperature == 1 })
      // Silent clips count as errors.
      #expect(recognizer.evaluate(mixed, mixed.silent)["ensemble"]!.emotion.accuracy == 0)

      corpus.clips.removeAll { $0.speaker == "2" }
      let silent = try Dataset(corpus, configuration: .small, augmentation: configuration.augmentation)
      let nothing = try Split(corpus, configuration)
      let error = #expect(throws: OperationError.self) {
        try RecognizerTrainer(silent, nothing, configuration, stateDirectory: nil, stop: StopFlag()).train { _ in }
      }
      #expect(error?.kind == .badData)
      #expect(error?.description.contains("no speech was detected") == true)
    }
  }

  @Test("Votes weigh the same unless they are to be learnt; then the rest of the model stays as it is")
  func learntVotes() throws {
    var configuration = Self.short(epochs: 8)
    let equal = try #require(try train(configuration))
    #expect(equal.ensemble.weights == [0.5, 0.5])
    configuration.learnVotes = true
    let learnt = try #require(try train(configuration))
    #expect(learnt.ensemble.weights != [0.5, 0.5])
    #expect(abs(learnt.ensemble.weights.reduce(0, +) - 1) < 1e-5 && learnt.ensemble.weights.allSatisfy { $0 >= 0 })
    #expect(learnt.networks.map(\.weights) == equal.networks.map(\.weights))
    #expect(learnt.networks.map(\.temperature) == equal.networks.map(\.temperature))
    func loss(_ recognizer: Recognizer) -> Double {
      recognizer.predictions(dataset, split.validation).posteriors("ensemble", classes: 8).logLoss
    }
    // One utterance a clip, so the figure is what was made small; the temperature is fitted to 1e-4.
    #expect(loss(learnt) <= loss(equal) + 1e-3)
  }

  @Test("Batches are normalised rows of the training clips, in falling length, of nearly equal size")
  func batches() throws {
    let statistics = dataset.rows[0][0].statistics
    let batches = BatchMaker(
      dataset, clips: split.training, statistics: statistics, network: dataset.configuration.networks[0],
      training: .quick)
    var random = RandomSource(seed: 46)
    for size in [2, 7, 16, 48, 1000] {
      let order = batches.order(batchSize: size, using: &random)
      #expect(order.flatMap { $0 }.sorted() == split.training)
      let counts = order.map(\.count)
      #expect(counts.max()! - counts.min()! <= 1)
      #expect(counts.max()! < 2 * size)
    }
    let batch = batches.batch(split.training, using: &random)
    #expect(batch.rows.count == batch.layout.rowCount * 16)
    #expect(batch.rows.allSatisfy { $0.isFinite && abs($0) < 10 })
    #expect(batch.targets.count == 1)
    #expect(Set(batch.targets[0].labels) == [0, 2, 3])
    #expect(batch.targets[0].labels.count == split.training.count)
  }

  @Test("Voices that are higher or lower than they were do not tell the gender head anything")
  func gender() throws {
    var augmentation = AugmentationConfiguration()
    (augmentation.speeds, augmentation.tempos, augmentation.pitches) = ([0.5], [1.2], [1])
    (augmentation.copies, augmentation.cache) = (6, false)
    augmentation.sound.speed = VariationConfiguration(chance: 0.5, range: 0.75...0.75)
    let varied = try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: [1, 2], in: folder)
      var dataset = try Dataset(corpus, configuration: .small, augmentation: augmentation)
      expectGenders(dataset)
      try dataset.redrawCopies(of: Array(corpus.clips.indices), epoch: 3)
      expectGenders(dataset)
      return dataset
    }
    let clips = Array(varied.corpus.clips.indices)
    // Half the speed makes twice as many rows, and networks for genders never see these.
    func longest(_ network: Int) -> Int {
      let batches = BatchMaker(
        varied, clips: clips, statistics: varied.rows[0][0].statistics,
        network: varied.configuration.networks[network], training: .quick)
      var random = RandomSource(seed: 46)
      return (0..<8).map { _ in batches.batch(clips, using: &random).layout.lengths[0] }.max()!
    }
    let original = clips.flatMap { varied.rows[$0][0].utterances.map { $0.count / 16 } }.max()!
    #expect(longest(2) <= original)
    #expect(longest(0) > original)
  }

  /// Of each clip the recording itself and the one of another tempo tell a gender, and those copies that are as long as the recording.
  private func expectGenders(_ dataset: Dataset) {
    let fixed = dataset.versions.count - 6
    var lengths: Set<Bool> = []
    for clip in dataset.corpus.clips.indices {
      for (version, expected) in zip(0..<fixed, [true, false, true, false]) {
        #expect(dataset.keepsGender(clip, in: version) == expected)
      }
      for version in fixed..<dataset.versions.count {
        let isLonger = 6 * dataset.rows[clip][version].rowCount > 7 * dataset.rows[clip][0].rowCount
        #expect(dataset.keepsGender(clip, in: version) != isLonger)
        lengths.insert(isLonger)
      }
    }
    #expect(lengths == [true, false])
  }

  @Test("As often as moodChance says, sessions are of one emotion, half of them the clip's own")
  func mood() throws {
    let clips = dataset.corpus.clips.indices.filter { dataset.corpus.clips[$0].speaker == "1" }
    var training = TrainingConfiguration.quick
    training.augmentation.coldChance = 0
    // So short that one clip fills it.
    training.augmentation.longestSession = 0.01
    func share(moodChance: Float) -> Double {
      training.augmentation.moodChance = moodChance
      let batches = BatchMaker(
        dataset, clips: clips, statistics: dataset.rows[0][0].statistics,
        network: dataset.configuration.networks[0], training: training)
      var random = RandomSource(seed: 46)
      let sessions = (0..<1000).compactMap { _ in batches.session(before: clips[0], version: 0, using: &random) }
      let own = sessions.count { session in
        clips.contains {
          dataset.corpus.clips[$0].emotion == dataset.corpus.clips[clips[0]].emotion
            && dataset.rows[$0][0].statistics.mean == session.mean
        }
      }
      return Double(own) / Double(sessions.count)
    }
    // Of eleven other clips three are of the same emotion; of 1000 draws the share's deviation is below 0.016.
    #expect(abs(share(moodChance: 0) - 3.0 / 11) < 0.06)
    // Half, and a third of the rest, the clip itself being drawn like the others.
    #expect(abs(share(moodChance: 1) - (0.5 + 0.5 / 3)) < 0.06)
  }

  @Test("A clip at another level differs by one constant in the columns that a gain shifts, and in no other")
  func level() throws {
    let layout = FeatureLayout(dataset.configuration.frontEnd)
    let shifts = layout.shifts(dataset.configuration.frontEnd)
    var training = TrainingConfiguration.quick
    training.augmentation.channel = 0
    training.augmentation.timeMask = 0
    training.augmentation.columnMask = 0
    func rows(level: Float) -> [Float] {
      training.augmentation.level = level
      let batches = BatchMaker(
        dataset, clips: split.training, statistics: dataset.rows[0][0].statistics,
        network: dataset.configuration.networks[0], training: training)
      var random = RandomSource(seed: 46)
      return batches.batch([split.training[0]], using: &random).rows
    }
    let difference = zip(rows(level: 2), rows(level: 0)).map { $0 - $1 }
    let constant = difference[shifts.firstIndex(of: .gain)!]
    #expect(abs(constant) > 0.01)
    for (index, value) in difference.enumerated() {
      #expect(abs(value - (shifts[index % shifts.count] == .gain ? constant : 0)) < 1e-5)
    }
  }

  @Test("A network is trained on rows varied as its own settings say, and the others as before")
  func ownAugmentation() throws {
    let networks = dataset.configuration.networks
    func rows(_ network: Int, _ training: TrainingConfiguration) -> [Float] {
      let batches = BatchMaker(
        dataset, clips: split.training, statistics: dataset.rows[0][0].statistics, network: networks[network],
        training: training)
      var random = RandomSource(seed: 46)
      return batches.batch(split.training, using: &random).rows
    }
    var own = TrainingConfiguration.quick
    own.augmentation.timeMask = 5
    own.augmentation.channel = 0.5
    var plain = own
    own.augmentation.networks[networks[0].name] = try JSONDecoder().decode(
      NetworkAugmentation.self, from: Data(#"{"timeMask": 0, "channel": 0}"#.utf8))
    #expect(rows(1, own) == rows(1, plain))
    #expect(rows(0, own) != rows(0, plain))
    plain.augmentation.timeMask = 0
    plain.augmentation.channel = 0
    #expect(rows(0, own) == rows(0, plain))
  }
}
