/// All settings that determine the result of a fold, except its number and the seed.
public struct CrossValidationSettings: Sendable, Equatable, Codable {
  /// Version of the program.
  public var version: String
  public var evaluationProtocol: EvaluationProtocol
  /// Whether the training labels are permuted randomly.
  public var shufflesLabels: Bool
  /// Its speakers and split are ignored in favour of the protocol's. Its seed determines the random copies of clips,
  /// independent of the seeds of the runs.
  public var experiment: ExperimentConfiguration
  /// Names of the corpora.
  public var corpus: String
  /// Clips of each emotion, by speaker.
  public var clips: [String: [Int]]

  public init(
    _ experiment: ExperimentConfiguration, _ evaluationProtocol: EvaluationProtocol, _ corpus: Corpus,
    shufflesLabels: Bool, version: String
  ) {
    self.version = version
    self.evaluationProtocol = evaluationProtocol
    self.shufflesLabels = shufflesLabels
    self.experiment = experiment
    let defaults = TrainingConfiguration()
    self.experiment.training.validationSpeakers = defaults.validationSpeakers
    self.experiment.training.heldOutSpeakers = defaults.heldOutSpeakers
    self.experiment.training.split = defaults.split
    self.corpus = corpus.name
    clips = [:]
    let none = Array(repeating: 0, count: corpus.labels.emotions.count)
    for clip in corpus.clips { clips[clip.speaker, default: none][clip.emotion] += 1 }
  }

  /// The differences between two settings, in words; empty where they are equal.
  func differences(from other: CrossValidationSettings) -> [String] {
    let parts: [(String, Bool)] = [
      ("the version of the program", version == other.version),
      ("the protocol", evaluationProtocol == other.evaluationProtocol),
      ("--shuffle-labels", shufflesLabels == other.shufflesLabels),
      ("the configuration", experiment == other.experiment),
      ("the recordings", corpus == other.corpus && clips == other.clips),
    ]
    return parts.filter { !$0.1 }.map(\.0)
  }
}
