import Streaming

/// Observations of one clip within a long recording.
public struct StreamedClip: Sendable, Equatable {
  /// The path of the clip.
  public var path: String
  /// The speaker's name in the corpus.
  public var speaker: String
  /// The clip's actual emotion: index into the emotions.
  public var emotion: Int
  /// Start of the clip, in seconds since the beginning of the stream.
  public var begin: Double
  /// Onset of its speech, in seconds since the beginning of the stream; nil where the gate detects none in the clip
  /// alone.
  public var onset: Double?
  /// The settled label: the last one before silence; nil where that is `uncertain`, or there was none.
  public var settled: Int?
  /// The emotion with the longest total time; nil where there was none.
  public var longest: Int?
  /// Seconds from the onset to the first correct label; nil where there was none, or no onset.
  public var delay: Double?
  /// Changes to an emotion or to `uncertain`.
  public var changes: Int
  /// Changes to an emotion.
  public var namings: Int
  /// The most probable emotion of the clip's utterances in the stream; nil without speech.
  public var verdict: Int?
  /// The most probable emotion of the clip processed alone, in its own session, under the same noise; nil without
  /// speech.
  public var alone: Int?

  /// - Parameters:
  ///   - clip: the clip that was played.
  ///   - onset: of its speech, in seconds since the beginning of the stream.
  ///   - begin: of the clip, in seconds since the beginning of the stream.
  ///   - end: beginning of the next clip, or end of the stream.
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
