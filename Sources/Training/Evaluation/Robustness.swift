import Streaming

/// Accuracy on the same clips under distortions.
public struct Robustness: Sendable, Equatable, Codable {
  /// The result of one distortion.
  public struct Condition: Sendable, Equatable, Codable {
    public var kind: String
    public var name: String
    /// 0…1.
    public var unweightedAverageRecall: Double
    /// 0…1.
    public var accuracy: Double
    /// Loss of UAR against the undistorted clips, in percentage points; below 0 for a gain.
    public var loss: Double
    /// Loss of accuracy against the undistorted clips, in percentage points; below 0 for a gain.
    public var accuracyLoss: Double
    /// Share of the clips with a changed prediction, 0…1.
    public var changed: Double
    /// Clips without a prediction.
    public var unheard: Int
  }

  /// A distortion that could not be tested.
  public struct LeftOut: Sendable, Equatable, Codable {
    public var name: String
    public var reason: String
  }

  /// Number of clips.
  public var clips: Int
  /// Seed of noise and echoes.
  public var seed: UInt64
  /// UAR of the undistorted clips, 0…1.
  public var unweightedAverageRecall: Double
  /// Accuracy of the undistorted clips, 0…1.
  public var accuracy: Double
  public var conditions: [Condition]
  public var leftOut: [LeftOut]

  /// - Parameter posteriors: of the undistorted clips.
  init(_ posteriors: Posteriors, seed: UInt64) {
    let matrix = posteriors.confusion
    clips = posteriors.count
    self.seed = seed
    unweightedAverageRecall = matrix.unweightedAverageRecall
    accuracy = matrix.accuracy
    conditions = []
    leftOut = []
  }

  /// Adds a condition.
  ///
  /// - Parameters:
  ///   - distorted: of the same clips, distorted.
  ///   - clean: of the undistorted clips.
  mutating func add(_ distortion: Distortion, _ distorted: Posteriors, clean: Posteriors) {
    precondition(distorted.labels == clean.labels, "the same clips")
    let matrix = distorted.confusion
    let changed = zip(distorted.predicted, clean.predicted).count { $0 != $1 }
    conditions.append(
      Condition(
        kind: distortion.kind, name: distortion.name, unweightedAverageRecall: matrix.unweightedAverageRecall,
        accuracy: matrix.accuracy, loss: 100 * (unweightedAverageRecall - matrix.unweightedAverageRecall),
        accuracyLoss: 100 * (accuracy - matrix.accuracy), changed: Double(changed) / Double(max(clips, 1)),
        unheard: matrix.unheard))
  }
}

extension Recognizer {
  /// Evaluates all clips of a dataset under each of some distortions.
  ///
  /// - Parameters:
  ///   - clean: predictions for the undistorted clips, in their order.
  ///   - before: the session history before each clip, with the distortion of the clip.
  ///   - profile: at the beginning of every session, of the undistorted voice.
  ///   - seed: of noise and echoes.
  ///   - progress: called before each tested distortion.
  /// - Throws: where a recording, or one of noise, is unreadable, or a temporary file cannot be written; `Stopped`
  ///   after a stop.
  public func robustness(
    _ dataset: Dataset, clean: [Prediction], before: SessionHistory, profile: VoiceProfile? = nil,
    distortions: [Distortion], seed: UInt64,
    progress: (Distortion) -> Void = { _ in }
  ) throws -> Robustness {
    let classes = labels.emotions.count
    let cleanPosteriors = clean.posteriors("ensemble", classes: classes)
    var robustness = Robustness(cleanPosteriors, seed: seed)
    for distortion in distortions {
      if let hindrance = distortion.hindrance {
        robustness.leftOut.append(Robustness.LeftOut(name: distortion.name, reason: hindrance))
        continue
      }
      progress(distortion)
      let distorter = try Distorter(distortion, rate: configuration.frontEnd.sampleRate, seed: seed)
      let distorted = try dataset.changed { sound, clip, speaker in
        try distorter.apply(to: sound, clip: clip, speaker: speaker)
      }
      var evaluator = Evaluator(self, distorted, profile: profile)
      var posteriors = Posteriors(classes: classes)
      let clips = Array(distorted.corpus.clips.indices)
      for (clip, result) in zip(clips, evaluator.recognize(clips, before: before)) {
        posteriors.add(label: distorted.corpus.clips[clip].emotion, probabilities: result.prediction.probabilities)
      }
      robustness.add(distortion, posteriors, clean: cleanPosteriors)
    }
    return robustness
  }
}
