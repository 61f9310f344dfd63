import Capture
import Streaming

/// Trains on every fold's training side and tests on clips that took part in nothing.
public struct CrossValidation: Sendable {
  /// What one fold gave.
  public struct FoldResult: Sendable, Codable, Equatable {
    /// Counted from 0.
    public var fold: Int
    /// By name of the network, and `ensemble` for their vote.
    public var results: [String: Evaluation]
  }

  private let dataset: Dataset
  private let configuration: TrainingConfiguration
  private let evaluationProtocol: EvaluationProtocol
  private let stop: StopFlag

  /// - Parameters:
  ///   - dataset: with the versions that the configuration's augmentation asks for.
  ///   - configuration: of all folds; its speakers do not count, those of the protocol do.
  ///   - stop: ends training between two steps.
  public init(
    _ dataset: Dataset, _ configuration: TrainingConfiguration, _ evaluationProtocol: EvaluationProtocol, stop: StopFlag
  ) {
    self.dataset = dataset
    self.configuration = configuration
    self.evaluationProtocol = evaluationProtocol
    self.stop = stop
  }

  /// Runs the folds side by side.
  ///
  /// - Parameters:
  ///   - selected: the folds to run, counted from 0; nil for all.
  ///   - progress: called after each epoch of each network with the fold; from several threads.
  /// - Returns: the results of the folds in their order; nil where it was stopped.
  /// - Throws: `TrainingError` for a fold that does not exist or data that lack the protocol's speakers, and as
  ///   `RecognizerTrainer.train`.
  public func run(
    folds selected: [Int]? = nil, progress: @Sendable (Int, TrainingProgress) -> Void
  ) throws -> [FoldResult]? {
    let splits = try evaluationProtocol.folds(dataset.corpus, seed: configuration.seed)
    let chosen = selected ?? Array(splits.indices)
    for fold in chosen where !splits.indices.contains(fold) {
      throw TrainingError(
        .usage, "there is no fold \(fold): \(evaluationProtocol.rawValue) has 0 to \(splits.count - 1)")
    }
    let results = try Parallel.map(chosen) { fold in
      try run(splits[fold], fold: fold) { progress(fold, $0) }
    }
    let finished = results.compactMap { $0 }
    return finished.count == chosen.count ? finished : nil
  }

  private func run(
    _ split: Split, fold: Int, progress: @Sendable (TrainingProgress) -> Void
  ) throws -> FoldResult? {
    let trainer = RecognizerTrainer(dataset, split, configuration, stateDirectory: nil, stop: stop)
    guard let recognizer = try trainer.train(progress: progress) else { return nil }
    return FoldResult(
      fold: fold,
      results: recognizer.evaluate(
        dataset, split.test, session: evaluationProtocol.playsSessions ? configuration.seed : nil))
  }
}
