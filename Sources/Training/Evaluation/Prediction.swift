import Streaming

/// What a recognizer made of one clip, beside what is known of it. All figures come from these.
public struct Prediction: Sendable, Equatable, Codable {
  /// Of the recording's file.
  public var path: String
  /// The speaker's name in the corpus.
  public var speaker: String
  /// What the clip's emotion is: index into the emotions.
  public var emotion: Int
  /// Likewise of the genders; nil where it is not known.
  public var gender: Int?
  /// As in `Clip`.
  public var intensity: Int?
  /// As in `Clip`.
  public var statement: Int?
  /// Probability of each emotion, by the name of the network, and `ensemble` for their vote: the verdict on the whole
  /// clip. All 0 where nothing was heard.
  public var emotions: [String: [Float]]
  /// Probability of each gender at the end of the clip; empty without a gender head or where nothing was heard.
  public var genders: [Float]

  /// What is known of a clip, and nothing heard of it yet.
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

  /// What a network, or `ensemble`, thinks of the emotions.
  ///
  /// - Parameter classes: number of emotions.
  public func posteriors(_ network: String, classes: Int) -> Posteriors {
    var posteriors = Posteriors(classes: classes)
    for prediction in self {
      posteriors.add(label: prediction.emotion, probabilities: prediction.emotions[network] ?? [])
    }
    return posteriors
  }

  /// What the gender head thinks of the clips whose gender is known; without such a head nothing was heard in any.
  ///
  /// - Parameter classes: number of genders.
  public func genderPosteriors(classes: Int) -> Posteriors {
    var posteriors = Posteriors(classes: classes)
    for prediction in self {
      if let gender = prediction.gender { posteriors.add(label: gender, probabilities: prediction.genders) }
    }
    return posteriors
  }

  /// What each network, and `ensemble`, took for what.
  ///
  /// - Parameter labels: the recognizer's.
  public func evaluations(_ labels: LabelSet) -> [String: Evaluation] {
    let gender = genderPosteriors(classes: labels.genders.count).confusion
    return Dictionary(
      uniqueKeysWithValues: networkNames.map { name in
        (name, Evaluation(emotion: posteriors(name, classes: labels.emotions.count).confusion, gender: gender))
      })
  }

  /// How well genders are told; nil without a gender head, or where no clip's gender is known.
  ///
  /// - Parameter names: of the genders, in their order.
  public func genderScores(_ names: [String]) -> Scores? {
    guard tellGender else { return nil }
    let posteriors = genderPosteriors(classes: names.count)
    return posteriors.count > 0 ? Scores(posteriors, names: names) : nil
  }

  /// Whether a gender head was asked.
  public var tellGender: Bool { contains { !$0.genders.isEmpty } }
}
