import Models
import Streaming

/// One recording with what is known of it.
public struct Clip: Sendable, Equatable {
  /// Of the recording's file.
  public var path: String
  /// The speaker's name in the corpus.
  public var speaker: String
  /// Index into the corpus's emotions.
  public var emotion: Int
  /// Index into the corpus's genders; nil where it is not known.
  public var gender: Int?
  /// How strongly the emotion is shown, as an index into `Corpus.intensities`; nil where it is not known.
  public var intensity: Int? = nil
  /// What is said, as an index into the corpus's statements; nil where it is not known.
  public var statement: Int? = nil
  /// Which of the corpus's sources it belongs to.
  public var source = 0
  /// Of the samples: clips with the same one hold the same sound. nil until the recording is read, and for one without
  /// speech.
  public var fingerprint: UInt64? = nil
  /// The path below the corpus's folder, which stays where the corpus is moved; without one the file's name.
  var pathInCorpus: String? = nil

  /// What the recording is called in its corpus.
  var name: String { pathInCorpus ?? path.split(separator: "/").last.map(String.init) ?? path }
}

/// Recordings with labels, of one collection or of several that were joined.
public struct Corpus: Sendable {
  /// A collection of recordings.
  public struct Source: Sendable, Equatable {
    /// What the collection is called.
    public var name: String
    /// The terms of its recordings.
    public var licence: String
    /// What comes before the names of its speakers where several collections are joined. Collections with the same one
    /// have the same speakers.
    public var prefix: String
  }

  /// The collections that the clips come from.
  public var sources: [Source]
  /// What emotions and genders are called.
  public var labels: LabelSet
  /// What is said in the clips, where that is known.
  public var statements: [String] = []
  /// In a fixed order, whatever the file system's.
  public var clips: [Clip]
  /// Files that look like recordings of the corpus but cannot be: a path and the reason.
  public var skipped: [(path: String, reason: String)]
  /// What else a person should know before using it, such as which recordings are missing; a sentence each.
  public var remarks: [String] = []

  /// How strongly an emotion can be shown.
  public static let intensities = ["normal", "strong"]

  /// A corpus of one collection.
  public init(
    name: String, licence: String, prefix: String? = nil, labels: LabelSet, clips: [Clip],
    skipped: [(path: String, reason: String)]
  ) {
    sources = [Source(name: name, licence: licence, prefix: prefix ?? name)]
    self.labels = labels
    self.clips = clips
    self.skipped = skipped
  }

  /// Of its sources.
  public var name: String { sources.map(\.name).joined(separator: " + ") }

  /// The terms of the recordings.
  public var licence: String {
    sources.map(\.licence).reduce(into: [String]()) { if !$0.contains($1) { $0.append($1) } }.joined(separator: ", ")
  }

  /// Speakers in natural order.
  public var speakers: [String] {
    Set(clips.map(\.speaker)).sorted { ($0.count, $0) < ($1.count, $1) }
  }

  /// A number for each speaker, in natural order.
  var speakerNumbers: [String: Int] {
    Dictionary(uniqueKeysWithValues: speakers.enumerated().map { ($1, $0) })
  }

  /// For each source, whether it has clips of each emotion, [sources][emotions].
  public var emotionsOfSources: [[Bool]] {
    var present = Array(repeating: Array(repeating: false, count: labels.emotions.count), count: sources.count)
    for clip in clips { present[clip.source][clip.emotion] = true }
    return present
  }
}
