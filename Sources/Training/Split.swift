/// Which clips of a dataset serve for what, by index. No clip is in two of them.
public struct Split: Sendable, Equatable, Codable {
  /// What the networks learn from.
  public var training: [Int]
  /// For the temperatures and for showing progress.
  public var validation: [Int]
  /// Takes part in nothing.
  public var test: [Int]

  public init(training: [Int], validation: [Int], test: [Int]) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// By speakers: held-out ones are tested, validation speakers validate, all others train.
  ///
  /// - Throws: `TrainingError` where a speaker is not in the corpus, or nobody is left to train on.
  public init(_ corpus: Corpus, _ configuration: TrainingConfiguration) throws(TrainingError) {
    let known = Set(corpus.speakers)
    for speaker in configuration.validationSpeakers + configuration.heldOutSpeakers where !known.contains(speaker) {
      throw TrainingError(
        .badData, "speaker \(speaker), whom the configuration names, is not in the data: there are \(corpus.speakers)")
    }
    func clips(_ belongs: (String) -> Bool) -> [Int] {
      corpus.clips.indices.filter { belongs(corpus.clips[$0].speaker) }
    }
    validation = clips(configuration.validationSpeakers.contains)
    test = clips(configuration.heldOutSpeakers.contains)
    training = clips { !configuration.validationSpeakers.contains($0) && !configuration.heldOutSpeakers.contains($0) }
    guard !training.isEmpty else {
      throw TrainingError(.usage, "validationSpeakers and heldOutSpeakers leave nobody to train on")
    }
  }
}
