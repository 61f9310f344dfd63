import Models
import Streaming
import Support

/// Trains on every fold's training side and tests on clips that were not used in training.
public struct CrossValidation: Sendable {
  private let dataset: Dataset
  private let configuration: TrainingConfiguration
  private let evaluationProtocol: EvaluationProtocol
  private let testSpeakers: Set<String>
  private let extraSpeakers: Set<String>
  private let shufflesLabels: Bool
  private let store: FoldStore?
  private let trained: FoldStore?
  private let stop: StopFlag

  /// - Parameters:
  ///   - dataset: with the copies that the configuration's augmentation needs.
  ///   - configuration: of all folds; its speakers are ignored in favour of the protocol's.
  ///   - testSpeakers: for `transfer`, the speakers of the test corpus.
  ///   - extraSpeakers: training-only speakers, in every fold.
  ///   - shufflesLabels: whether to permute the training emotions randomly: results above chance level then show a
  ///     leak.
  ///   - store: stores the results of finished folds for reuse.
  ///   - trained: results of another protocol, whose recognizers are tested; missing ones are trained.
  ///   - stop: ends training between two steps.
  public init(
    _ dataset: Dataset, _ configuration: TrainingConfiguration, _ evaluationProtocol: EvaluationProtocol,
    testSpeakers: Set<String> = [], extraSpeakers: Set<String> = [], shufflesLabels: Bool = false,
    store: FoldStore? = nil, trained: FoldStore? = nil, stop: StopFlag
  ) {
    self.dataset = dataset
    self.configuration = configuration
    self.evaluationProtocol = evaluationProtocol
    self.testSpeakers = testSpeakers
    self.extraSpeakers = extraSpeakers
    self.shufflesLabels = shufflesLabels
    self.store = store
    self.trained = trained
    self.stop = stop
  }

  /// Runs the folds in parallel.
  ///
  /// - Parameters:
  ///   - selected: the folds to run, counted from 0; nil for all.
  ///   - seeds: each runs all folds; nil for only the configuration's.
  ///   - progress: called after each epoch of each network with the fold and the seed; from several threads.
  /// - Returns: the results in the order of seeds and folds; nil after a stop.
  /// - Throws: an `OperationError` for a fold that does not exist, data without the protocol's speakers, stored results
  ///   of other recordings, or a result that cannot be stored, and the errors of `RecognizerTrainer.train`.
  public func run(
    folds selected: [Int]? = nil, seeds: [UInt64]? = nil, progress: @Sendable (Int, UInt64, TrainingProgress) -> Void
  ) throws -> [FoldResult]? {
    var jobs: [(fold: Int, seed: UInt64, split: Split)] = []
    for seed in seeds ?? [configuration.seed] {
      let splits = try evaluationProtocol.folds(
        dataset.corpus, seed: seed, testSpeakers: testSpeakers, extraSpeakers: extraSpeakers)
      for fold in selected ?? Array(splits.indices) {
        guard splits.indices.contains(fold) else {
          throw OperationError(
            .usage, "there is no fold \(fold): \(evaluationProtocol.rawValue) has 0 to \(splits.count - 1)")
        }
        jobs.append((fold, seed, splits[fold]))
      }
    }
    let recordings = RecordingsRecord(dataset)
    for store in [store, trained] { try store?.require(recordings) }
    let results = try Parallel.map(jobs) { job -> FoldResult? in
      if let kept = try store?.result(fold: job.fold, seed: job.seed) { return kept }
      let result = try run(job.split, fold: job.fold, seed: job.seed) { progress(job.fold, job.seed, $0) }
      if let result { try store?.keep(result) }
      return result
    }
    let finished = results.compactMap { $0 }
    return finished.count == jobs.count ? finished : nil
  }

  private func run(
    _ split: Split, fold: Int, seed: UInt64, progress: @Sendable (TrainingProgress) -> Void
  ) throws -> FoldResult? {
    let kept = try trained?.recognizer(fold: fold, seed: seed) ?? store?.recognizer(fold: fold, seed: seed)
    guard let recognizer = try kept ?? train(split, fold: fold, seed: seed, progress: progress) else { return nil }
    if kept == nil { try store?.keep(recognizer, fold: fold, seed: seed) }
    let networks = recognizer.networks
    let voters = networks.filter { $0.configuration.target == .emotion }.map(\.configuration.name)
    return FoldResult(
      fold: fold, seed: seed, trainingClips: split.training.count, validationClips: split.validation.count,
      parameters: Dictionary(uniqueKeysWithValues: networks.map { ($0.configuration.name, $0.trainedCount) }),
      votes: Dictionary(uniqueKeysWithValues: zip(voters, recognizer.ensemble.weights)),
      predictions: try predictions(recognizer, split.test, seed: seed),
      plain: evaluationProtocol.isPersonal ? recognizer.predictions(dataset, split.test) : nil)
  }

  /// A fold recognizer's predictions for its test clips, under the protocol.
  private func predictions(_ recognizer: Recognizer, _ clips: [Int], seed: UInt64) throws -> [Prediction] {
    guard evaluationProtocol == .adapted else {
      let before = try evaluationProtocol.sessionHistory(dataset.corpus, seed: seed, extraSpeakers: extraSpeakers)
      return recognizer.predictions(dataset, clips, before: before)
    }
    let corrections = try EvaluationProtocol.corrections(dataset.corpus, extraSpeakers: extraSpeakers)
    var predictions: [Int: Prediction] = [:]
    for (speaker, clips) in Dictionary(grouping: clips, by: { dataset.corpus.clips[$0].speaker }) {
      let adapted = try recognizer.adapted(to: corrections[speaker]!, of: dataset)
      for (clip, prediction) in zip(clips, adapted.predictions(dataset, clips)) { predictions[clip] = prediction }
    }
    return clips.map { predictions[$0]! }
  }

  /// The recognizer that a fold tests; nil after a stop.
  func train(
    _ split: Split, fold: Int, seed: UInt64, progress: @Sendable (TrainingProgress) -> Void
  ) throws -> Recognizer? {
    var configuration = configuration
    configuration.seed = seed
    var dataset = dataset
    if shufflesLabels {
      // Random keys that no training uses.
      var random = RandomSource(seed: seed, -1000, fold)
      dataset = dataset.shufflingEmotions(of: split.training, using: &random)
      dataset = dataset.shufflingEmotions(of: split.validation, using: &random)
    }
    let trainer = RecognizerTrainer(dataset, split, configuration, stateDirectory: nil, stop: stop)
    return try trainer.train(progress: progress)
  }
}
