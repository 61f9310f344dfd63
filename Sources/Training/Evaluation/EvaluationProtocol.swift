import Models
import Support

/// The split of recordings into folds (and, for some, the order of the test clips). The names are those under which
/// results are published.
public enum EvaluationProtocol: String, CaseIterable, Sendable, Codable {
  /// Stratified ten folds over clips. Training and test share speakers, so results are too optimistic.
  case random10
  /// The five speaker-independent folds of Luna-Jiménez et al. 2021.
  case subject5
  /// Leave one speaker out.
  case loso
  /// Each test speaker's clips in random order as one live session. The folds are those of `subject5`, or of `loso`
  /// where the corpus lacks some of its speakers; the same holds for the next three.
  case session
  /// As `session`, but the clips of each emotion are a separate session: a speaker who stays in one emotion.
  case mood
  /// After calibration on the test speaker's `calibrationClips`, which are not tested: the case of a user with a voice
  /// profile.
  case calibrated
  /// The clips of the second statement of each test speaker, after the last layers were adapted to the speaker's
  /// `corrections`, all of the first: the case of a user who corrects the program.
  case adapted
  /// Trains on one or more corpora, and tests on another, unseen one, as sessions.
  case transfer

  /// Whether the recognizer is personalised to each test speaker, so that results without it are also reported.
  var isPersonal: Bool { self == .calibrated || self == .adapted }

  /// Whether each fold of a corpus trains the same recognizer under both protocols.
  ///
  /// - Parameter extraSpeakers: training-only speakers.
  func trains(as other: EvaluationProtocol, _ corpus: Corpus, extraSpeakers: Set<String> = []) -> Bool {
    let own = corpus.without(extraSpeakers).corpus
    return folding(own) == other.folding(own)
  }

  /// The unit that a fold excludes from training.
  private enum Folding {
    case clips, subjects, speaker, corpus
  }

  private func folding(_ corpus: Corpus) -> Folding {
    switch self {
    case .random10: .clips
    case .subject5: .subjects
    case .loso: .speaker
    case .transfer: .corpus
    case .session, .mood, .calibrated, .adapted:
      Set(corpus.speakers).isSuperset(of: Self.subjectFolds.flatMap { $0.test.map(String.init) }) ? .subjects : .speaker
    }
  }

  private static let subjectFolds: [(test: [Int], validation: [Int])] = [
    ([2, 5, 14, 15, 16], [3, 6]), ([3, 6, 7, 13, 18], [10, 11]), ([10, 11, 12, 19, 20], [8, 17]),
    ([8, 17, 21, 23, 24], [1, 14]), ([1, 4, 9, 22], [2, 5]),
  ]

  /// The folds over a corpus.
  ///
  /// - Parameters:
  ///   - seed: of the order of the clips in `random10`, and of the validation speakers in `transfer`.
  ///   - testSpeakers: for `transfer`, the speakers of the test corpus.
  ///   - extraSpeakers: training-only speakers, in every fold; the folds are the same without them.
  /// - Throws: where the corpus lacks speakers or recordings of the protocol, or has too few.
  public func folds(
    _ corpus: Corpus, seed: UInt64, testSpeakers: Set<String> = [], extraSpeakers: Set<String> = []
  ) throws(OperationError) -> [Split] {
    let (own, indices) = corpus.without(extraSpeakers)
    let extra = corpus.clips.indices.filter { extraSpeakers.contains(corpus.clips[$0].speaker) }
    return try folds(own, seed: seed, testSpeakers: testSpeakers).map { fold in
      Split(
        training: fold.training.map { indices[$0] } + extra, validation: fold.validation.map { indices[$0] },
        test: fold.test.map { indices[$0] })
    }
  }

  private func folds(_ corpus: Corpus, seed: UInt64, testSpeakers: Set<String>) throws(OperationError) -> [Split] {
    var folds =
      switch folding(corpus) {
      case .clips: stratified(corpus, count: 10, seed: seed)
      case .subjects: try Self.leavingSubjectsOut(corpus)
      case .speaker: try Self.leavingOneSpeakerOut(corpus)
      case .corpus: [try transfer(corpus, testSpeakers: testSpeakers, seed: seed)]
      }
    if self == .calibrated {
      let known = Set(try Self.calibrationClips(corpus).values.joined())
      for fold in folds.indices { folds[fold].test.removeAll(where: known.contains) }
    }
    if self == .adapted {
      _ = try Self.correctionClips(corpus)
      for fold in folds.indices { folds[fold].test.removeAll { corpus.clips[$0].statement != 1 } }
    }
    return folds
  }

  private static func leavingSubjectsOut(_ corpus: Corpus) throws(OperationError) -> [Split] {
    var folds: [Split] = []
    for (test, validation) in subjectFolds {
      folds.append(try Split(corpus, test: test.map(String.init), validation: validation.map(String.init)))
    }
    return folds
  }

  /// The two speakers after each test speaker validate.
  private static func leavingOneSpeakerOut(_ corpus: Corpus) throws(OperationError) -> [Split] {
    let speakers = corpus.speakers
    guard speakers.count >= 4 else {
      throw OperationError(
        .badData, "leaving one speaker out needs at least 4 speakers, the data have \(speakers.count)")
    }
    var folds: [Split] = []
    for (index, speaker) in speakers.enumerated() {
      let validation = [1, 2].map { speakers[(index + $0) % speakers.count] }
      folds.append(try Split(corpus, test: [speaker], validation: validation))
    }
    return folds
  }

  /// The session history before a test clip.
  ///
  /// - Parameters:
  ///   - seed: of the order within sessions.
  ///   - extraSpeakers: training-only speakers.
  /// - Throws: the errors of `calibrationClips` for `calibrated`.
  public func sessionHistory(
    _ corpus: Corpus, seed: UInt64, extraSpeakers: Set<String> = []
  ) throws(OperationError) -> SessionHistory {
    switch self {
    case .random10, .subject5, .loso, .adapted: return .nothing
    case .session, .transfer: return .session(seed: seed)
    case .mood: return .mood(seed: seed)
    case .calibrated:
      let (own, indices) = corpus.without(extraSpeakers)
      return .calibration(corpus.bySpeaker(try Self.calibrationClips(own), indices))
    }
  }

  /// The calibration clips of each speaker: the neutral clips of the first statement, at most four.
  ///
  /// RAVDESS has two of each statement and actor, so that every emotion keeps clips for the test. Calm clips would make
  /// the profile longer, but different: it must be that of a neutral voice.
  ///
  /// - Throws: where a speaker has none.
  static func calibrationClips(_ corpus: Corpus) throws(OperationError) -> [String: [Int]] {
    let neutral = corpus.labels.emotions.firstIndex(of: "neutral")
    let serving = corpus.clips.indices.filter { corpus.clips[$0].emotion == neutral && corpus.clips[$0].statement == 0 }
    var clips = Dictionary(grouping: serving) { corpus.clips[$0].speaker }
    for speaker in corpus.speakers {
      guard let own = clips[speaker] else {
        throw OperationError(
          .badData, "speaker \(speaker) has no neutral recording of the first statement to calibrate with")
      }
      clips[speaker] = Array(own.prefix(4))
    }
    return clips
  }

  /// The adaptation clips of each speaker: of the first statement, the first clip of each emotion and intensity.
  ///
  /// - Parameter extraSpeakers: training-only speakers.
  /// - Throws: where a speaker has none, or no clip of the second statement.
  static func corrections(
    _ corpus: Corpus, extraSpeakers: Set<String> = []
  ) throws(OperationError) -> [String: [Int]] {
    let (own, indices) = corpus.without(extraSpeakers)
    return corpus.bySpeaker(try correctionClips(own), indices)
  }

  private static func correctionClips(_ corpus: Corpus) throws(OperationError) -> [String: [Int]] {
    var clips: [String: [Int]] = [:]
    for speaker in corpus.speakers {
      let own = corpus.clips.indices.filter { corpus.clips[$0].speaker == speaker }
      var seen: Set<[Int?]> = []
      clips[speaker] = own.filter { index in
        let clip = corpus.clips[index]
        return clip.statement == 0 && seen.insert([clip.emotion, clip.intensity]).inserted
      }
      guard !seen.isEmpty, own.contains(where: { corpus.clips[$0].statement == 1 }) else {
        throw OperationError(
          .badData, "speaker \(speaker) lacks recordings of the first statement to adapt to, or of the second to test")
      }
    }
    return clips
  }

  /// Two speakers of the training side, chosen by the seed, validate.
  private func transfer(_ corpus: Corpus, testSpeakers: Set<String>, seed: UInt64) throws(OperationError) -> Split {
    guard !testSpeakers.isEmpty else {
      throw OperationError(.usage, "transfer tests on another corpus than it trains on: give its recordings, too")
    }
    var random = RandomSource(seed: seed)
    let others = corpus.speakers.filter { !testSpeakers.contains($0) }.shuffled(using: &random)
    guard others.count >= 4 else {
      throw OperationError(
        .badData, "transfer needs at least 4 speakers to train on, two of whom validate; there are \(others.count)")
    }
    return try Split(
      corpus, test: corpus.speakers.filter(testSpeakers.contains), validation: Array(others.prefix(2)))
  }

  /// Folds with the same share of each emotion; a tenth of each training side validates.
  private func stratified(_ corpus: Corpus, count: Int, seed: UInt64) -> [Split] {
    var random = RandomSource(seed: seed)
    var foldOfClip = Array(repeating: 0, count: corpus.clips.count)
    for emotion in corpus.labels.emotions.indices {
      let clips = corpus.clips.indices.filter { corpus.clips[$0].emotion == emotion }.shuffled(using: &random)
      for (index, clip) in clips.enumerated() { foldOfClip[clip] = index % count }
    }
    // The same sound under two names (RAVDESS has one) must not be on both sides.
    for alike in corpus.soundsAlike {
      for clip in alike.dropFirst() { foldOfClip[clip] = foldOfClip[alike[0]] }
    }
    return (0..<count).map { fold in
      let validation = (fold + 1) % count
      return Split(
        training: corpus.clips.indices.filter { foldOfClip[$0] != fold && foldOfClip[$0] != validation },
        validation: corpus.clips.indices.filter { foldOfClip[$0] == validation },
        test: corpus.clips.indices.filter { foldOfClip[$0] == fold })
    }
  }
}

extension Corpus {
  /// Clips of a part of the corpus, by the speaker names of the whole.
  ///
  /// - Parameters:
  ///   - clips: by index into the part; no list is empty.
  ///   - indices: of the part's clips in the whole.
  fileprivate func bySpeaker(_ clips: [String: [Int]], _ indices: [Int]) -> [String: [Int]] {
    let own = clips.values.map { $0.map { indices[$0] } }
    return Dictionary(uniqueKeysWithValues: own.map { (self.clips[$0[0]].speaker, $0) })
  }
}
