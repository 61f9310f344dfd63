import ArgumentParser
import Capture
import FoundationEssentials
import Glibc
import Streaming
import Training

extension EvaluationProtocol: ExpressibleByArgument {}

struct CrossValidate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crossval",
    abstract: "Trains on each fold's training side and tests on clips that took part in nothing.",
    discussion: """
      Examples:
        ser-live crossval --config configs/default.yaml --data ~/ravdess --protocol subject5
        ser-live crossval --config configs/default.yaml --data ~/ravdess --protocol subject5 --fold 0 --fold 1
      """)

  @Option(help: "The experiment, as YAML.") var config: String
  @OptionGroup var data: DataOptions
  @Option(
    name: .customLong("protocol"),
    help: "Folds: ten of clips, with speakers on both sides; five of speakers; one a speaker; five as sessions.")
  var evaluationProtocol: EvaluationProtocol
  @Option(help: "Run this fold only, counted from 0; may be given several times.") var fold: [Int] = []
  @Option(help: "Seed in place of the configuration's.") var seed: UInt64?
  @Option(help: "A folder to write the results to, as JSON.") var output: String?

  func run() throws {
    var experiment = try ExperimentFile.load(config)
    if let seed { experiment.training.seed = seed }
    Interruption.install()
    let dataset = try ProgressReport.hear(data.corpus(), experiment)
    let validation = CrossValidation(dataset, experiment.training, evaluationProtocol, stop: Interruption.flag)
    let results = try validation.run(folds: fold.isEmpty ? nil : fold) { fold, progress in
      if progress.epoch % 10 == 0 || progress.epoch == progress.epochs {
        ProgressReport.write(progress, prefix: "fold \(fold)  ")
      }
    }
    guard let results else { throw Stopped() }
    report(results, labels: dataset.corpus.labels)
    if let output { try write(results, to: output) }
  }

  private func report(_ folds: [CrossValidation.FoldResult], labels: LabelSet) {
    for fold in folds {
      let uars = fold.results.sorted { $0.key < $1.key }.map { name, evaluation in
        "\(name) \(ProgressReport.percent(evaluation.emotion.unweightedAverageRecall))"
      }
      print("fold \(fold.fold)  UAR  \(uars.joined(separator: "  "))")
    }
    for name in folds[0].results.keys.sorted() {
      let emotions = folds.map { $0.results[name]!.emotion }
      let uar = emotions.reduce(0) { $0 + $1.unweightedAverageRecall } / Double(folds.count)
      let accuracy = emotions.reduce(0) { $0 + $1.accuracy } / Double(folds.count)
      print("mean    \(name)  UAR \(ProgressReport.percent(uar))  accuracy \(ProgressReport.percent(accuracy))")
    }
    print("")
    var all = folds[0].results
    for fold in folds.dropFirst() {
      for (name, evaluation) in fold.results { all[name]!.add(evaluation) }
    }
    print("all test clips in one pool:")
    ResultTable.print(all, labels: labels)
  }

  private func write(_ folds: [CrossValidation.FoldResult], to directory: String) throws {
    mkdir(directory, 0o755)
    let path = "\(directory)/\(evaluationProtocol.rawValue).json"
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted]
    do {
      try encoder.encode(folds).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw TrainingError(.inputOutput, "cannot write \(path): \(error)")
    }
  }
}
