import Streaming

/// One recording with what is known of it.
public struct Clip: Sendable, Equatable {
  /// Of the recording's file.
  public var path: String
  /// The speaker's name in the corpus.
  public var speaker: String
  /// Index into the corpus's emotions.
  public var emotion: Int
  /// Index into the corpus's genders.
  public var gender: Int
}

/// Recordings with labels.
public struct Corpus: Sendable {
  public var name: String
  /// The terms of the recordings.
  public var licence: String
  /// What emotions and genders are called.
  public var labels: LabelSet
  /// In a fixed order, whatever the file system's.
  public var clips: [Clip]
  /// Files that look like recordings of the corpus but cannot be: a path and the reason.
  public var skipped: [(path: String, reason: String)]

  /// Speakers in natural order.
  public var speakers: [String] {
    Set(clips.map(\.speaker)).sorted { ($0.count, $0) < ($1.count, $1) }
  }
}
