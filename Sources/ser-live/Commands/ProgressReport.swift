import Streaming
import Training

/// Progress messages of training and test commands.
enum ProgressReport {
  /// Reads a corpus and reports the progress.
  static func process(
    _ corpus: Corpus, _ configuration: RecognizerConfiguration, augmentation: AugmentationConfiguration?,
    seed: UInt64 = 0, testSpeakers: Set<String> = []
  ) throws -> Dataset {
    for (path, reason) in corpus.skipped.prefix(10) { Messages.write("ser-live: left out \(path): \(reason)") }
    if corpus.skipped.count > 10 { Messages.write("ser-live: and \(corpus.skipped.count - 10) more were left out") }
    for remark in corpus.remarks { Messages.write("ser-live: \(remark)") }
    let total = corpus.clips.count
    let dataset = try Dataset(
      corpus, configuration: configuration, augmentation: augmentation, seed: seed, testSpeakers: testSpeakers,
      stop: Interruption.flag
    ) { count in
      if count % 100 == 0 || count == total { Messages.write("processed \(count)/\(total) recordings") }
    }
    let unreadable = dataset.unreadable
    for reason in unreadable.prefix(10) { Messages.write("ser-live: left out, as it cannot be read: \(reason)") }
    if unreadable.count > 10 { Messages.write("ser-live: and \(unreadable.count - 10) more cannot be read") }
    for alike in dataset.duplicates {
      let paths = alike.map { dataset.corpus.clips[$0].path }
      Messages.write("ser-live: the same sound under several names, kept together: \(paths.joined(separator: ", "))")
    }
    let silent = dataset.silent
    if !silent.isEmpty {
      Messages.write(
        "ser-live: no speech detected in \(silent.count) recordings, such as \(dataset.corpus.clips[silent[0]].path)")
    }
    return dataset
  }

  /// - Parameter testSpeakers: speakers excluded from training.
  static func process(
    _ corpus: Corpus, _ experiment: ExperimentConfiguration, testSpeakers: Set<String> = []
  ) throws -> Dataset {
    try process(
      corpus, experiment.recognizer, augmentation: experiment.training.augmentation, seed: experiment.training.seed,
      testSpeakers: testSpeakers)
  }

  /// Reports the metrics of an epoch.
  static func write(_ progress: TrainingProgress, prefix: String = "") {
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
