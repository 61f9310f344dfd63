import ArgumentParser
import Streaming
import Support
import Training

extension EvaluationProtocol: ExpressibleByArgument {}

/// Several seeds in one argument.
struct SeedList: ExpressibleByArgument {
  let seeds: [UInt64]

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map { UInt64($0) }
    let seeds = parts.compactMap { $0 }
    guard seeds.count == parts.count, Set(seeds).count == seeds.count else { return nil }
    self.seeds = seeds
  }
}

struct CrossValidate: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "crossval",
    abstract: "Cross-validates an experiment: trains on each fold and tests on its held-out clips.",
    discussion: """
      Protocols: random10 (ten folds of clips; speakers are in training and test), subject5 (five folds of RAVDESS's \
      actors), loso (one fold per speaker), transfer (tests on another corpus, --test-data). These have the folds of \
      subject5, or of loso for other corpora: session (each speaker's clips as one session), mood (one session per \
      speaker and emotion), calibrated (with a profile from neutral clips of each speaker), adapted (last layers \
      adapted to each speaker). The last two also give the figures without calibration or adaptation.

      With --output finished folds are kept, and the same command resumes a stopped run.

      Examples:
        ser-live crossval --config configs/default.yaml --data ~/ravdess --protocol subject5 --output results
        ser-live crossval --config configs/default.yaml --data ~/ravdess --protocol subject5 --seeds 46,47,48
        ser-live crossval --config configs/default.yaml --data ~/ravdess --protocol session --trained-in results
        ser-live crossval --config configs/default.yaml --data ~/ravdess --protocol subject5 --fold 0 --shuffle-labels
      """)

  @Option(help: "The experiment, as YAML.") var config: String
  @OptionGroup var options: TrainingOptions
  @OptionGroup var data: DataOptions
  @Option(help: "For transfer: the recordings to test on, as --data; several are joined.") var testData: [String] = []
  @Option(help: "Additional training recordings for every fold, as --data; see docs/evaluation.md.") var extraData:
    [String] = []
  @Option(name: .customLong("protocol"), help: "How recordings are split into folds and test sessions.")
  var evaluationProtocol: EvaluationProtocol
  @Option(help: "Run this fold only, counted from 0; may be given several times.") var fold: [Int] = []
  @Option(help: "Random seed (default: that of the configuration).") var seed: UInt64?
  @Option(help: "Several seeds, such as 46,47,48: each runs all folds.") var seeds: SeedList?
  @Flag(help: "Train on shuffled labels: results better than chance would show a leak.")
  var shuffleLabels = false
  @Option(help: "Folder for the results and for finished folds.") var output: String?
  @Option(
    help: """
      Test the recognizers in this --output of a protocol with the same folds, such as those of subject5 by session; \
      missing folds are trained.
      """)
  var trainedIn: String?

  func validate() throws {
    if seed != nil && seeds != nil { throw ValidationError("--seed and --seeds exclude each other") }
    if testData.isEmpty == (evaluationProtocol == .transfer) {
      throw ValidationError("--test-data and --protocol transfer go together")
    }
    if !extraData.isEmpty && evaluationProtocol == .transfer {
      throw ValidationError("transfer trains on --data alone, which may be given several times: leave out --extra-data")
    }
  }

  func run() throws {
    if let output {
      try OutputPlace.tryFolder(output, files: ["settings.json", "recordings.json", "results.md", "results.json"])
    }
    var experiment = try ExperimentFile.load(config)
    try options.apply(to: &experiment.training)
    let seeds = seeds?.seeds ?? [seed ?? experiment.training.seed]
    var corpus: Corpus
    var testSpeakers: Set<String> = []
    var extraSpeakers: Set<String> = []
    if evaluationProtocol == .transfer {
      let transfer = try TransferCorpus(training: data.corpora(), test: data.corpora(testData))
      (corpus, testSpeakers) = (transfer.corpus, transfer.testSpeakers)
    } else {
      corpus = try data.corpus()
      if !extraData.isEmpty {
        let extended = try ExtendedCorpus(corpus, extra: data.corpora(extraData))
        (corpus, extraSpeakers) = (extended.corpus, extended.extraSpeakers)
      }
    }
    let settings = CrossValidationSettings(
      experiment, evaluationProtocol, corpus, shufflesLabels: shuffleLabels, version: SerLive.version)
    let store = try output.map { try FoldStore($0, settings) }
    let trained = try trainedIn.map { try FoldStore(trainedIn: $0, as: settings, corpus, extraSpeakers: extraSpeakers) }
    // Checked before the corpus is processed: folds that the corpus does not have.
    var jobs: [(fold: Int, seed: UInt64)] = []
    for seed in seeds {
      let folds = try evaluationProtocol.folds(
        corpus, seed: seed, testSpeakers: testSpeakers, extraSpeakers: extraSpeakers)
      jobs += (fold.isEmpty ? Array(folds.indices) : fold).map { ($0, seed) }
    }
    try experiment.validate(for: corpus.labels)
    Interruption.install()
    // Without training, no augmented copies are needed.
    let trains = jobs.contains { job in
      ![trained, store].contains { $0?.holdsRecognizer(fold: job.fold, seed: job.seed) == true }
    }
    let dataset = try ProgressReport.process(
      corpus, experiment.recognizer, augmentation: trains ? experiment.training.augmentation : nil,
      seed: experiment.training.seed, testSpeakers: testSpeakers)
    let validation = CrossValidation(
      dataset, experiment.training, evaluationProtocol, testSpeakers: testSpeakers, extraSpeakers: extraSpeakers,
      shufflesLabels: shuffleLabels, store: store, trained: trained, stop: Interruption.flag)
    let results = try validation.run(folds: fold.isEmpty ? nil : fold, seeds: seeds) { fold, seed, progress in
      if progress.epoch % 10 == 0 || progress.epoch == progress.epochs {
        ProgressReport.write(progress, prefix: seeds.count > 1 ? "seed \(seed)  fold \(fold)  " : "fold \(fold)  ")
      }
    }
    guard let results else {
      guard store != nil else { throw Stopped() }
      Messages.write("ser-live: stopped; run the same command again to finish the remaining folds")
      return
    }
    let labels = dataset.corpus.labels
    let plain = results.compactMap(\.withoutPersonalization)
    let report = CrossValidationReport(
      settings: settings, emotions: labels.emotions,
      summary: CrossValidationSummary(results, emotions: labels.emotions, genders: labels.genders),
      plain: plain.isEmpty ? nil : CrossValidationSummary(plain, emotions: labels.emotions, genders: labels.genders),
      audit: BiasAudit(results.filter { $0.seed == seeds[0] }.flatMap(\.predictions), dataset.corpus))
    var text = ReportText(outlives: output != nil)
    try text.add(report.lines + ["", "all test clips in one pool:"])
    try text.add(ResultTable.lines(results.flatMap(\.predictions).evaluations(labels), labels: labels))
    if let output {
      try report.write(to: output, results.flatMap(\.predictions))
      Messages.write("ser-live: wrote \(output)/results.md")
    }
    try text.finish()
  }
}
