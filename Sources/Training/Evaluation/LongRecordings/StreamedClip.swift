import Streaming

/// What a listener saw while one clip of a long recording was played.
public struct StreamedClip: Sendable, Equatable {
  /// Of the clip's file.
  public var path: String
  /// The speaker's name in the corpus.
  public var speaker: String
  /// What the clip's emotion is: index into the emotions.
  public var emotion: Int
  /// When the clip begins, in seconds since the beginning of the stream.
  public var begin: Double
  /// When speech begins in it, likewise; nil where the gate hears none in the clip by itself.
  public var onset: Double?
  /// The label on which it settled: the last one before silence; nil where that is `uncertain`, or there was none.
  public var settled: Int?
  /// The emotion that stood the longest; nil where none did.
  public var longest: Int?
  /// Seconds from the onset to the first right label; nil where there was none, or no onset.
  public var delay: Double?
  /// Changes to an emotion or to `uncertain`.
  public var changes: Int
  /// Of these, changes to an emotion.
  public var namings: Int
  /// The most probable emotion of the clip's utterances in the stream; nil where nothing was heard.
  public var verdict: Int?
  /// The most probable emotion of the clip alone, as a session of its own, under the same noise; nil where nothing was
  /// heard.
  public var alone: Int?

  /// - Parameters:
  ///   - clip: that was played.
  ///   - onset: when speech begins in it, in seconds since the beginning of the stream.
  ///   - begin: when it begins, likewise.
  ///   - end: when the next one begins, or the stream ends.
  init(
    _ clip: Clip, _ timeline: LabelTimeline, onset: Double?, begin: Double, end: Double, verdict: Int?, alone: Int?
  ) {
    path = clip.path
    speaker = clip.speaker
    emotion = clip.emotion
    self.begin = begin
    self.onset = onset
    self.verdict = verdict
    self.alone = alone
    let spoken = timeline.stretches(from: begin, to: end).filter { $0.label != .silence }
    settled = spoken.last.flatMap { Self.emotion($0.label) }
    var lengths: [Int: Double] = [:]
    for stretch in spoken {
      if let emotion = Self.emotion(stretch.label) { lengths[emotion, default: 0] += stretch.length }
    }
    longest = lengths.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key
    if let onset {
      let right = timeline.stretches(from: onset, to: end).first { $0.label == .emotion(clip.emotion) }
      delay = right.map { $0.start - onset }
    }
    (changes, namings) = timeline.changes(from: begin, to: end)
  }

  private static func emotion(_ label: Label) -> Int? {
    if case .emotion(let index) = label { index } else { nil }
  }
}
