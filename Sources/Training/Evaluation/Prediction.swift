import Streaming

/// A recognizer's prediction for one clip, with the clip's annotations. All scores derive from these.
public struct Prediction: Sendable, Equatable, Codable {
  /// The path of the recording.
  public var path: String
  /// The speaker's name in the corpus.
  public var speaker: String
  /// The clip's actual emotion: index into the emotions.
  public var emotion: Int
  /// Index of the gender; nil where unknown.
  public var gender: Int?
  /// As in `Clip`.
  public var intensity: Int?
  /// As in `Clip`.
  public var statement: Int?
  /// Probability of each emotion for the whole clip, by the name of the network, and `ensemble`. All 0 where there is
  /// no prediction.
  public var emotions: [String: [Float]]
  /// Probability of each gender at the end of the clip; empty without a gender head or a prediction.
  public var genders: [Float]

  /// The annotations of a clip, without a prediction yet.
  init(_ clip: Clip) {
    path = clip.path
    speaker = clip.speaker
    emotion = clip.emotion
    gender = clip.gender
    intensity = clip.intensity
    statement = clip.statement
    emotions = [:]
    genders = []
  }
}

extension [Prediction] {
  /// Names of the emotion networks, sorted, with `ensemble` at the end.
  public var networkNames: [String] {
    let names = reduce(into: Set<String>()) { $0.formUnion($1.emotions.keys) }
    return names.sorted { ($0 == "ensemble" ? 1 : 0, $0) < ($1 == "ensemble" ? 1 : 0, $1) }
  }

  /// The emotion posteriors of a network, or of `ensemble`.
  ///
  /// - Parameter classes: number of emotions.
  public func posteriors(_ network: String, classes: Int) -> Posteriors {
    var posteriors = Posteriors(classes: classes)
    for prediction in self {
      posteriors.add(label: prediction.emotion, probabilities: prediction.emotions[network] ?? [])
    }
    return posteriors
  }

  /// The gender head's posteriors for the clips with a known gender; without a gender head, none has a prediction.
  ///
  /// - Parameter classes: number of genders.
  public func genderPosteriors(classes: Int) -> Posteriors {
    var posteriors = Posteriors(classes: classes)
    for prediction in self {
      if let gender = prediction.gender { posteriors.add(label: gender, probabilities: prediction.genders) }
    }
    return posteriors
  }

  /// The confusion matrices of each network, and of `ensemble`.
  ///
  /// - Parameter labels: the recognizer's.
  public func evaluations(_ labels: LabelSet) -> [String: Evaluation] {
    let gender = genderPosteriors(classes: labels.genders.count).confusion
    return Dictionary(
      uniqueKeysWithValues: networkNames.map { name in
        (name, Evaluation(emotion: posteriors(name, classes: labels.emotions.count).confusion, gender: gender))
      })
  }

  /// Scores of the gender head; nil without one, or where no clip's gender is known.
  ///
  /// - Parameter names: of the genders, in their order.
  public func genderScores(_ names: [String]) -> Scores? {
    guard tellGender else { return nil }
    let posteriors = genderPosteriors(classes: names.count)
    return posteriors.count > 0 ? Scores(posteriors, names: names) : nil
  }

  /// Whether there are predictions of a gender head.
  public var tellGender: Bool { contains { !$0.genders.isEmpty } }
}
