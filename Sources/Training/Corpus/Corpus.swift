import Models
import Streaming

/// One recording with its annotations.
public struct Clip: Sendable, Equatable {
  /// The path of the recording.
  public var path: String
  /// The speaker's name in the corpus.
  public var speaker: String
  /// Index into the corpus's emotions.
  public var emotion: Int
  /// Index into the corpus's genders; nil where unknown.
  public var gender: Int?
  /// Intensity of the emotion, as an index into `Corpus.intensities`; nil where unknown.
  public var intensity: Int? = nil
  /// The sentence, as an index into the corpus's statements; nil where unknown.
  public var statement: Int? = nil
  /// Index of its source in the corpus.
  public var source = 0
  /// Hash of the samples: clips with the same hash have the same sound. nil until the recording is read, and for one
  /// without speech.
  public var fingerprint: UInt64? = nil
  /// The path relative to the corpus's folder, which does not change when the corpus is moved; by default the file's
  /// name.
  var pathInCorpus: String? = nil

  /// The name of the recording in its corpus.
  var name: String { pathInCorpus ?? path.split(separator: "/").last.map(String.init) ?? path }
}

/// Recordings with labels, from one collection or several joined ones.
public struct Corpus: Sendable {
  /// A collection of recordings.
  public struct Source: Sendable, Equatable {
    /// The name of the collection.
    public var name: String
    /// The licence of its recordings.
    public var licence: String
    /// Prefix of its speakers' names where several collections are joined. Collections with the same prefix have the
    /// same speakers.
    public var prefix: String
  }

  /// The collections of the clips.
  public var sources: [Source]
  /// Names of emotions and genders.
  public var labels: LabelSet
  /// The sentences of the clips, where known.
  public var statements: [String] = []
  /// In a fixed order, independent of the file system.
  public var clips: [Clip]
  /// Files that look like recordings of the corpus but are not usable: a path and the reason.
  public var skipped: [(path: String, reason: String)]
  /// Further remarks for the user, such as missing recordings; a sentence each.
  public var remarks: [String] = []

  /// The intensities of an emotion.
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

  /// The names of its sources.
  public var name: String { sources.map(\.name).joined(separator: " + ") }

  /// The licences of the recordings.
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

  /// Whether each source has clips of each emotion, [sources][emotions].
  public var emotionsOfSources: [[Bool]] {
    var present = Array(repeating: Array(repeating: false, count: labels.emotions.count), count: sources.count)
    for clip in clips { present[clip.source][clip.emotion] = true }
    return present
  }
}
