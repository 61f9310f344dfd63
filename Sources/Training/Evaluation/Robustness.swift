import Streaming

/// How well the same clips are recognised when they sound otherwise.
public struct Robustness: Sendable, Equatable, Codable {
  /// What one distortion did.
  public struct Condition: Sendable, Equatable, Codable {
    public var kind: String
    public var name: String
    /// 0…1.
    public var unweightedAverageRecall: Double
    /// 0…1.
    public var accuracy: Double
    /// Of the UAR against that of the clips as they are, in points of a hundred; below 0 for a gain.
    public var loss: Double
    /// Likewise, of the accuracy.
    public var accuracyLoss: Double
    /// Share of the clips whose verdict is another one, 0…1.
    public var changed: Double
    /// Clips in which nothing was heard.
    public var unheard: Int
  }

  /// A distortion that could not be tested.
  public struct LeftOut: Sendable, Equatable, Codable {
    public var name: String
    public var reason: String
  }

  /// Number of clips.
  public var clips: Int
  /// Of noise and echoes.
  public var seed: UInt64
  /// Of the clips as they are, 0…1.
  public var unweightedAverageRecall: Double
  /// Likewise.
  public var accuracy: Double
  public var conditions: [Condition]
  public var leftOut: [LeftOut]

  /// - Parameter posteriors: of the clips as they are.
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
  ///   - clean: as they are.
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
  /// How well all clips of a dataset are recognised under each of some distortions.
  ///
  /// - Parameters:
  ///   - clean: what was heard in the clips as they are, in their order.
  ///   - before: what the normaliser has heard before each clip, distorted as the clip is.
  ///   - profile: that every session begins with, made of the voice as it is.
  ///   - seed: of noise and echoes.
  ///   - progress: called before each distortion that is tested.
  /// - Throws: where a recording, or one of noise, cannot be read, or a temporary file not be written; `Stopped` after a
  ///   stop.
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
