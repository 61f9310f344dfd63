import Models

/// How recordings are split into folds (and, for some, how the test clips are played). The names are those under which
/// results are published.
public enum EvaluationProtocol: String, CaseIterable, Sendable, Codable {
  /// Stratified ten folds over clips; speakers are shared between training and test, which flatters.
  case random10
  /// The five speaker-independent folds of Luna-Jiménez et al. 2021.
  case subject5
  /// Leave one speaker out.
  case loso
  /// As `subject5`, each test speaker's clips played in random order as one live session.
  case session

  /// Whether test clips follow one another in a session.
  public var playsSessions: Bool { self == .session }

  private static let subjectFolds: [(test: [Int], validation: [Int])] = [
    ([2, 5, 14, 15, 16], [3, 6]), ([3, 6, 7, 13, 18], [10, 11]), ([10, 11, 12, 19, 20], [8, 17]),
    ([8, 17, 21, 23, 24], [1, 14]), ([1, 4, 9, 22], [2, 5]),
  ]

  /// The folds over a corpus.
  ///
  /// - Parameter seed: of the order in which `random10` deals out the clips, and of the choice of validation clips.
  /// - Throws: where the corpus lacks a speaker that the protocol names, or has too few.
  public func folds(_ corpus: Corpus, seed: UInt64) throws(TrainingError) -> [Split] {
    switch self {
    case .subject5, .session:
      var folds: [Split] = []
      for (test, validation) in Self.subjectFolds {
        var configuration = TrainingConfiguration()
        configuration.heldOutSpeakers = test.map(String.init)
        configuration.validationSpeakers = validation.map(String.init)
        folds.append(try Split(corpus, configuration))
      }
      return folds
    case .loso:
      let speakers = corpus.speakers
      guard speakers.count >= 4 else {
        throw TrainingError(
          .badData, "leaving one speaker out needs at least 4 speakers, the data have \(speakers.count)")
      }
      var folds: [Split] = []
      for (index, speaker) in speakers.enumerated() {
        var configuration = TrainingConfiguration()
        configuration.heldOutSpeakers = [speaker]
        configuration.validationSpeakers = [1, 2].map { speakers[(index + $0) % speakers.count] }
        folds.append(try Split(corpus, configuration))
      }
      return folds
    case .random10: return stratified(corpus, count: 10, seed: seed)
    }
  }

  /// Folds with the same share of each emotion; a tenth of each training side validates.
  private func stratified(_ corpus: Corpus, count: Int, seed: UInt64) -> [Split] {
    var random = RandomSource(seed: seed)
    var foldOfClip = Array(repeating: 0, count: corpus.clips.count)
    for emotion in corpus.labels.emotions.indices {
      let clips = corpus.clips.indices.filter { corpus.clips[$0].emotion == emotion }.shuffled(using: &random)
      for (index, clip) in clips.enumerated() { foldOfClip[clip] = index % count }
    }
    // The same sound under two names (RAVDESS has one) must not be on two sides.
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
