import Support

/// A record of the recordings used for a result: their names, annotations and contents, in order.
///
/// Names are relative to the corpus, so a moved corpus has the same record.
struct RecordingsRecord: Sendable, Equatable, Codable {
  /// One recording.
  struct Clip: Sendable, Equatable, Codable {
    /// Relative to the folder of its corpus.
    var name: String
    /// The number of its corpus: the names of corpora may depend on their location.
    var corpus: Int
    /// Without the name of the corpus.
    var speaker: String
    var emotion: String
    /// The other annotations: gender, intensity, statement; nil where unknown.
    var gender, intensity, statement: String?
    /// Hash of the samples, as 16 digits.
    var contents: String
  }

  var clips: [Clip]
  /// Hash of the noises and rooms for augmentation, as 16 digits; empty where there are none.
  var scenes: String

  /// The readable recordings of a dataset.
  init(_ dataset: Dataset) {
    let corpus = dataset.corpus
    clips = zip(corpus.clips, dataset.contents).map { clip, contents in
      let prefix = "\(corpus.sources[clip.source].prefix)/"
      return Clip(
        name: clip.name, corpus: clip.source,
        speaker: clip.speaker.hasPrefix(prefix) ? String(clip.speaker.dropFirst(prefix.count)) : clip.speaker,
        emotion: corpus.labels.emotions[clip.emotion],
        gender: clip.gender.map { corpus.labels.genders[$0] }, intensity: clip.intensity.map { Corpus.intensities[$0] },
        statement: clip.statement.map { corpus.statements[$0] }, contents: Self.digits(contents))
    }
    scenes = dataset.fingerprintOfScenes.map(Self.digits) ?? ""
  }

  private static func digits(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }

  /// The first difference from an earlier record, in words; nil where there is none.
  func difference(from earlier: RecordingsRecord) -> String? {
    guard self != earlier else { return nil }
    if clips == earlier.clips { return "the noises or rooms of training.augmentation hold other sound" }
    // A name can occur twice, in two given folders.
    let now = Dictionary(clips.map { ($0.key, $0) }) { first, _ in first }
    let before = Dictionary(earlier.clips.map { ($0.key, $0) }) { first, _ in first }
    if let gone = earlier.clips.first(where: { now[$0.key] == nil }) { return "\(gone.name) is missing" }
    if let new = clips.first(where: { before[$0.key] == nil }) { return "\(new.name) is new" }
    for clip in clips {
      let old = before[clip.key]!
      func changed(_ what: String, _ from: String?, _ to: String?) -> String? {
        from == to ? nil : "the \(what) of \(clip.name) was \(from ?? "not known") and is now \(to ?? "not known")"
      }
      let change =
        changed("emotion", old.emotion, clip.emotion) ?? changed("speaker", old.speaker, clip.speaker)
        ?? changed("gender", old.gender, clip.gender) ?? changed("intensity", old.intensity, clip.intensity)
        ?? changed("statement", old.statement, clip.statement)
      if let change { return change }
      if old.contents != clip.contents { return "\(clip.name) holds other sound" }
    }
    return "their order is another one"
  }

  /// Compares with the record in a file, or writes it where the file does not exist.
  ///
  /// - Parameters:
  ///   - path: of the file.
  ///   - isNew: whether there are no results yet that such a file should accompany.
  ///   - what: the result of the recordings, with its place, such as `DIR holds a training`.
  ///   - otherwise: the remedy where these recordings are the intended ones.
  ///   - kind: of the error for other recordings.
  /// - Throws: an `OperationError` of that kind where the recordings differ from those of the file, or it is missing;
  ///   `badData` where it is damaged, `inputOutput` where it cannot be written.
  func keep(
    in path: String, isNew: Bool, what: String, otherwise: String, kind: ErrorClass
  ) throws(OperationError) {
    guard let earlier = try ResultFile.read(RecordingsRecord.self, from: path) else {
      guard isNew else {
        throw OperationError(
          kind, "\(what) of recordings that are not listed: an earlier version made it; \(otherwise)")
      }
      return try ResultFile.write(json: self, to: path)
    }
    if let difference = difference(from: earlier) {
      throw OperationError(kind, "\(what) of other recordings: \(difference); take those again, or \(otherwise)")
    }
  }
}

extension RecordingsRecord.Clip {
  fileprivate var key: [String] { [String(corpus), name] }
}
