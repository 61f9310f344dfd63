import Models
import Support

/// The parts of a dataset, as indices of clips. The parts are disjoint.
public struct Split: Sendable, Equatable, Codable {
  /// Clips for training.
  public var training: [Int]
  /// Clips for the temperatures and for progress reports.
  public var validation: [Int]
  /// Held-out clips.
  public var test: [Int]

  public init(training: [Int], validation: [Int], test: [Int]) {
    self.training = training
    self.validation = validation
    self.test = test
  }

  /// A split as configured: random by its seed, or by speakers: held-out speakers are tested, validation speakers
  /// validate, all others train.
  ///
  /// Clips known to have the same sound stay together.
  ///
  /// - Throws: an `OperationError` where a speaker is not in the corpus, or none is left for training.
  public init(_ corpus: Corpus, _ configuration: TrainingConfiguration) throws(OperationError) {
    if let drawing = configuration.split {
      try self.init(corpus, drawing, seed: configuration.seed)
    } else {
      try self.init(corpus, test: configuration.heldOutSpeakers, validation: configuration.validationSpeakers)
    }
  }

  /// By speakers: all others train.
  ///
  /// - Throws: as above.
  init(_ corpus: Corpus, test: [String], validation: [String]) throws(OperationError) {
    let validation = try Self.present(validation, in: corpus)
    let test = try Self.present(test, in: corpus)
    self.init(corpus) { clip in
      validation.contains(corpus.clips[clip].speaker)
        ? .validation : test.contains(corpus.clips[clip].speaker) ? .test : .training
    }
    guard !training.isEmpty else {
      throw OperationError(.usage, "validationSpeakers and heldOutSpeakers leave no speaker to train on")
    }
    try check(corpus, speakersApart: true)
  }

  /// The given speakers who are in the corpus, by their names there: `corpus/name` may name a speaker of a single
  /// corpus, whose speakers have no prefix, or of a corpus that is not present.
  ///
  /// - Throws: for a missing speaker.
  private static func present(_ speakers: [String], in corpus: Corpus) throws(OperationError) -> [String] {
    let known = Set(corpus.speakers)
    var present: [String] = []
    for speaker in speakers {
      let parts = speaker.split(separator: "/", maxSplits: 1).map(String.init)
      if known.contains(speaker) {
        present.append(speaker)
      } else if parts.count == 2, !corpus.sources.contains(where: { $0.prefix == parts[0] }) {
        continue
      } else if parts.count == 2, known.contains(parts[1]) {
        present.append(parts[1])
      } else {
        throw OperationError(
          .badData,
          "speaker \(speaker), whom the configuration or the protocol names, is not in the data: there are "
            + "\(corpus.speakers)")
      }
    }
    return present
  }

  private init(
    _ corpus: Corpus, _ configuration: SplitConfiguration, seed: UInt64
  ) throws(OperationError) {
    var random = RandomSource(seed: seed, Self.key)
    var parts = Array(repeating: Part.training, count: corpus.clips.count)
    /// Assigns groups of clips to the parts, each as a whole.
    func deal(_ groups: [[Int]]) {
      let groups = groups.shuffled(using: &random)
      let (test, validation) = configuration.counts(of: groups.count)
      for (index, group) in groups.enumerated() where index < test + validation {
        for clip in group { parts[clip] = index < test ? .test : .validation }
      }
    }
    switch configuration.method {
    case .random: deal(corpus.soundsAlike)
    case .stratified:
      let ofEmotion = Dictionary(grouping: corpus.soundsAlike) { corpus.clips[$0[0]].emotion }
      for emotion in ofEmotion.keys.sorted() { deal(ofEmotion[emotion]!) }
    case .speaker:
      let ofSpeaker = Dictionary(grouping: corpus.clips.indices) { corpus.clips[$0].speaker }
      deal(corpus.speakers.map { ofSpeaker[$0]! })
    }
    self.init(corpus) { parts[$0] }
    guard !training.isEmpty else {
      throw OperationError(
        .badData,
        "training.split leaves nothing to train on: the data have \(corpus.clips.count) clips of "
          + "\(corpus.speakers.count) speakers")
    }
    try check(corpus, speakersApart: configuration.method == .speaker)
  }

  /// Separates the split's random numbers from other uses of the seed.
  private static let key = 0x73_70_6C_69_74

  private enum Part { case training, validation, test }

  private init(_ corpus: Corpus, _ part: (Int) -> Part) {
    self.init(
      training: corpus.clips.indices.filter { part($0) == .training },
      validation: corpus.clips.indices.filter { part($0) == .validation },
      test: corpus.clips.indices.filter { part($0) == .test })
  }

  /// Throws unless the training clips have several emotions.
  ///
  /// - Throws: `badData` where all training clips have the same emotion.
  public func requireSeveralEmotions(_ corpus: Corpus) throws(OperationError) {
    let emotions = Set(training.map { corpus.clips[$0].emotion })
    guard emotions.count == 1, let only = emotions.first else { return }
    throw OperationError(
      .badData,
      "all recordings to train on are '\(corpus.labels.emotions[only])': add some of another emotion, for it to be told "
        + "from")
  }

  /// Checks the parts for leaks: a clip in two parts, the same sound under another name, or, where requested, a speaker
  /// in two parts.
  ///
  /// - Throws: an `OperationError` that names the leak.
  public func check(_ corpus: Corpus, speakersApart: Bool) throws(OperationError) {
    var clips = Set<Int>()
    var sounds: [UInt64: (part: Int, path: String)] = [:]
    var speakers: [String: Int] = [:]
    for (part, indices) in [training, validation, test].enumerated() {
      for index in indices {
        let clip = corpus.clips[index]
        guard clips.insert(index).inserted else {
          throw OperationError(.badData, "\(clip.path) would be in two parts of the split")
        }
        if let fingerprint = clip.fingerprint {
          if let other = sounds[fingerprint], other.part != part {
            throw OperationError(
              .badData, "\(other.path) and \(clip.path) hold the same sound, and would be in two parts of the split")
          }
          sounds[fingerprint] = (part, clip.path)
        }
        if speakersApart, let other = speakers.updateValue(part, forKey: clip.speaker), other != part {
          throw OperationError(.badData, "speaker \(clip.speaker) would be in two parts of the split")
        }
      }
    }
  }
}

extension Corpus {
  /// All clips, grouped by sound as far as it is known, in the order of the first of each group.
  var soundsAlike: [[Int]] {
    var groups: [[Int]] = []
    var groupOfSound: [UInt64: Int] = [:]
    for (index, clip) in clips.enumerated() {
      if let fingerprint = clip.fingerprint {
        if let group = groupOfSound[fingerprint] {
          groups[group].append(index)
          continue
        }
        groupOfSound[fingerprint] = groups.count
      }
      groups.append([index])
    }
    return groups
  }
}
