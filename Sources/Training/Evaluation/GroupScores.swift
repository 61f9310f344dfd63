/// Scores of a group of clips, such as those of one speaker.
public struct GroupScores: Sendable, Equatable, Codable {
  /// The name of the group, such as `female`.
  public var name: String
  public var clips: Int
  public var speakers: Int
  /// 0…1.
  public var accuracy: Double
  /// Wilson interval of the accuracy, assuming independent clips.
  public var accuracyInterval: Interval
  /// The mean recall of the emotions that occur in the group, 0…1.
  public var unweightedAverageRecall: Double
  /// Bootstrap interval of the UAR over speakers; nil with fewer than three.
  public var recallInterval: Interval?

  /// - Parameters:
  ///   - predictions: not empty.
  ///   - network: its name, or `ensemble`.
  ///   - classes: number of emotions.
  public init(_ name: String, _ predictions: [Prediction], network: String, classes: Int) {
    let speakers = Dictionary(grouping: predictions, by: \.speaker).sorted { $0.key < $1.key }
      .map { $0.value.posteriors(network, classes: classes).confusion }
    let matrix = predictions.posteriors(network, classes: classes).confusion
    let correct = (0..<classes).reduce(0) { $0 + matrix[$1, $1] }
    self.name = name
    clips = predictions.count
    self.speakers = speakers.count
    accuracy = matrix.accuracy
    accuracyInterval = Interval(share: correct, of: predictions.count)
    unweightedAverageRecall = matrix.unweightedAverageRecall
    recallInterval = Interval.unweightedAverageRecall(speakers)
  }
}

/// Differences in accuracy between groups of speakers or sentences.
public struct BiasAudit: Sendable, Equatable, Codable {
  /// All clips.
  public var all: GroupScores
  public var byGender: [GroupScores]
  public var bySpeaker: [GroupScores]
  /// Without clips of unknown intensity.
  public var byIntensity: [GroupScores]
  /// Without clips of unknown statement.
  public var byStatement: [GroupScores]

  /// - Parameters:
  ///   - predictions: not empty.
  ///   - corpus: of the predictions.
  ///   - network: its name, or `ensemble`.
  public init(_ predictions: [Prediction], _ corpus: Corpus, network: String = "ensemble") {
    let classes = corpus.labels.emotions.count
    func groups(_ names: [String], _ key: (Prediction) -> String?) -> [GroupScores] {
      let groups = Dictionary(grouping: predictions.filter { key($0) != nil }) { key($0)! }
      return names.compactMap { name in
        groups[name].map { GroupScores(name, $0, network: network, classes: classes) }
      }
    }
    all = GroupScores("all", predictions, network: network, classes: classes)
    byGender = groups(corpus.labels.genders) { $0.gender.map { corpus.labels.genders[$0] } }
    bySpeaker = groups(corpus.speakers, \.speaker)
    byIntensity = groups(Corpus.intensities) { $0.intensity.map { Corpus.intensities[$0] } }
    byStatement = groups(corpus.statements) { $0.statement.map { corpus.statements[$0] } }
  }
}
