/// The label of a moment: no speech, speech without a probable emotion, or one of the model's emotions.
public enum Label: Hashable, Sendable {
  /// No speech: silence, steady noise, a click.
  case silence
  /// Speech, but no emotion is probable enough to be named.
  case uncertain
  /// The emotion with this index in the model's label names.
  case emotion(Int)
}

/// The stable label changed.
public struct LabelChange: Sendable, Equatable {
  /// Capture time of the audio that the change is about, in seconds since the first sample of the stream.
  public var time: Double
  public var label: Label
  public var previous: Label
  /// Smoothed probability of the label, 0…1; for `uncertain` that of the most probable emotion, for `silence` 1.
  public var confidence: Float
  /// Smoothed probabilities, one per emotion of the model; they sum to 1. All zero where speech ended.
  public var probabilities: [Float]

  public init(time: Double, label: Label, previous: Label, confidence: Float, probabilities: [Float]) {
    self.time = time
    self.label = label
    self.previous = previous
    self.confidence = confidence
    self.probabilities = probabilities
  }
}

/// A stretch of speech ended.
public struct Utterance: Sendable, Equatable {
  /// When its first row begins, in seconds since the first sample of the stream.
  public var start: Double
  /// When its last row ends, in seconds since the first sample of the stream.
  public var end: Double
  /// Index of the most probable emotion over the whole utterance.
  public var label: Int
  /// Posterior of `label`, 0…1.
  public var confidence: Float
  /// The posterior over the emotions after the utterance's last row; sums to 1.
  public var probabilities: [Float]
  /// The posterior over the model's genders; empty where the model has no gender head.
  public var gender: [Float]

  public init(start: Double, end: Double, label: Int, confidence: Float, probabilities: [Float], gender: [Float]) {
    self.start = start
    self.end = end
    self.label = label
    self.confidence = confidence
    self.probabilities = probabilities
    self.gender = gender
  }
}

/// An event that a `Pipeline` reports while it processes samples.
public enum PipelineEvent: Sendable, Equatable {
  case label(LabelChange)
  case utterance(Utterance)
}

/// The state of a stream at one moment, for displays and for reports at a fixed cadence.
public struct Snapshot: Sendable, Equatable {
  /// Seconds since the first sample of the stream, at the end of the newest row.
  public var time: Double
  public var label: Label
  /// Smoothed probability of the label, as in `LabelChange`.
  public var confidence: Float
  /// Smoothed probabilities, one per emotion; they sum to 1 in speech and are all zero outside speech.
  public var probabilities: [Float]
  /// RMS level of the newest row in dB below full scale (0 is a full-scale square wave), at least -120.
  public var level: Float
  /// Whether any sample of the last 0.1 s reached full scale.
  public var clipping: Bool
  /// Whether the speech gate is open.
  public var speech: Bool

  public init(
    time: Double, label: Label, confidence: Float, probabilities: [Float], level: Float, clipping: Bool = false,
    speech: Bool
  ) {
    self.time = time
    self.label = label
    self.confidence = confidence
    self.probabilities = probabilities
    self.level = level
    self.clipping = clipping
    self.speech = speech
  }
}
