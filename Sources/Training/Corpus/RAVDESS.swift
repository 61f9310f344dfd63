import Streaming
import Support

/// The Ryerson Audio-Visual Database of Emotional Speech and Song (Livingstone and Russo 2018): 24 actors, 8 emotions.
///
/// A file's name contains all annotations: modality-channel-emotion-intensity-statement-repetition-actor, two digits
/// each. Odd actors are male.
public enum RAVDESS {
  /// Emotions in the order of the corpus's codes.
  public static let labels = LabelSet(
    emotions: ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"],
    genders: ["female", "male"])
  /// The sentences, in the order of the corpus's codes.
  public static let statements = ["Kids are talking by the door", "Dogs are sitting by the door"]
  /// The corpus's licence.
  public static let licence = "CC BY-NC-SA 4.0"

  /// The fields of a recording's name.
  public struct Name: Equatable, Sendable {
    /// 1 with video, 2 video only, 3 audio only.
    public var modality: Int
    /// 1 speech, 2 song.
    public var channel: Int
    /// 1…8, in the order of `labels`.
    public var emotion: Int
    /// 1 normal, 2 strong.
    public var intensity: Int
    /// 1 or 2: which sentence.
    public var statement: Int
    /// 1 or 2: the first or the second time.
    public var repetition: Int
    /// 1…24.
    public var actor: Int

    /// - Parameter fileName: with or without folders and extension; nil where it is not a name of the corpus.
    public init?(fileName: String) {
      let base = fileName.split(separator: "/").last ?? ""
      let fields = (base.split(separator: ".").first ?? "").split(separator: "-", omittingEmptySubsequences: false)
      let numbers = fields.compactMap { field in
        field.utf8.count == 2 && field.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
          ? Int(field) : nil
      }
      let limits = [3, 2, 8, 2, 2, 2, 24]
      guard numbers.count == 7, fields.count == 7, zip(numbers, limits).allSatisfy({ 1...$1 ~= $0 }) else { return nil }
      modality = numbers[0]
      channel = numbers[1]
      emotion = numbers[2]
      intensity = numbers[3]
      statement = numbers[4]
      repetition = numbers[5]
      actor = numbers[6]
    }

    fileprivate init(
      modality: Int, channel: Int, emotion: Int, intensity: Int, statement: Int, repetition: Int, actor: Int
    ) {
      self.modality = modality
      self.channel = channel
      self.emotion = emotion
      self.intensity = intensity
      self.statement = statement
      self.repetition = repetition
      self.actor = actor
    }

    /// The name itself, without folders and extension.
    public var text: String {
      [modality, channel, emotion, intensity, statement, repetition, actor]
        .map { $0 < 10 ? "0\($0)" : String($0) }.joined(separator: "-")
    }

    /// Whether the actor is male.
    public var isMale: Bool { actor % 2 == 1 }

    /// All fields that identify a recorded performance, independent of modality.
    var performance: [Int] { [channel, emotion, intensity, statement, repetition, actor] }
  }

  /// The part of the corpus to use.
  public enum Part: String, CaseIterable, Sendable {
    case speech, song, both

    /// The channel codes of the part.
    fileprivate var channels: [Int] {
      switch self {
      case .speech: [1]
      case .song: [2]
      case .both: [1, 2]
      }
    }
  }

  /// All recordings of a part below a folder; see `scan(_:part:)` for several.
  public static func scan(_ directory: String, part: Part = .speech) throws(OperationError) -> Corpus {
    try scan([directory], part: part)
  }

  /// All recordings of a part below some folders. An incomplete part is used; the remarks list what is missing.
  ///
  /// - Throws: an `OperationError` where a folder, or a nested one, is unreadable, because a model without its
  ///   recordings would differ; or where they contain no recording of the part.
  public static func scan(_ directories: [String], part: Part = .speech) throws(OperationError) -> Corpus {
    var skipped: [(path: String, reason: String)] = []
    // Unpacked archives contain some clips twice; one copy in the training and the other in the test would leak.
    var performances: [[Int]: String] = [:]
    var found: [(path: String, name: Name)] = []
    var files: [String] = []
    var passedOver = PassedOver()
    for directory in directories {
      let (recordings, rest) = PassedOver.sort(try FileTree.all(below: directory))
      files += recordings
      passedOver += rest
    }
    for path in files {
      guard let name = Name(fileName: path) else {
        skipped.append((path, "its name is not one of RAVDESS's (03-01-EE-II-SS-RR-AA)"))
        continue
      }
      guard part.channels.contains(name.channel) else {
        skipped.append((path, name.channel == 1 ? "it is speech, not song" : "it is song, not speech"))
        continue
      }
      guard name.emotion <= emotionCount(channel: name.channel) else {
        skipped.append((path, "RAVDESS has no song that is \(labels.emotions[name.emotion - 1])"))
        continue
      }
      if let first = performances[name.performance] {
        skipped.append((path, "it is the same recording as \(first)"))
        continue
      }
      performances[name.performance] = path
      found.append((path, name))
    }
    let channels = part.channels.filter { channel in found.contains { $0.name.channel == channel } }
    guard !channels.isEmpty else {
      throw OperationError(
        .noInput,
        "\(directories.joined(separator: " and ")) holds no RAVDESS \(part == .both ? "speech or song" : part.rawValue): recordings called "
          + "03-0\(part.channels[0])-EE-II-SS-RR-AA.wav or .flac are expected"
          + (passedOver.sentence.map { "; \($0)" } ?? ""))
    }
    var corpus = try Corpus.joined(
      channels.map { channel in
        self.corpus(found.filter { $0.name.channel == channel }, channel: channel)
      })
    for index in corpus.clips.indices {
      corpus.clips[index].pathInCorpus = corpus.clips[index].path.below(directories)
    }
    corpus.skipped = skipped
    // Data sets include files such as their licence.
    if passedOver.holdsSound, let sentence = passedOver.sentence { corpus.remarks.append(sentence) }
    return corpus
  }

  /// The recordings of one channel.
  private static func corpus(_ found: [(path: String, name: Name)], channel: Int) -> Corpus {
    var corpus = Corpus(
      name: channel == 1 ? "RAVDESS speech" : "RAVDESS song", licence: licence, prefix: "ravdess",
      labels: LabelSet(
        emotions: Array(labels.emotions[..<emotionCount(channel: channel)]), genders: labels.genders),
      clips: [], skipped: [])
    corpus.statements = statements
    corpus.clips = found.map { path, name in
      Clip(
        path: path, speaker: String(name.actor), emotion: name.emotion - 1, gender: name.isMale ? 1 : 0,
        intensity: name.intensity - 1, statement: name.statement - 1)
    }
    if let missing = missing(found.map(\.name), channel: channel) { corpus.remarks.append(missing) }
    return corpus
  }

  /// Songs have neither disgust nor surprise.
  private static func emotionCount(channel: Int) -> Int { channel == 1 ? 8 : 6 }

  /// A sentence about the published performances of a channel that are missing; nil where all exist.
  private static func missing(_ names: [Name], channel: Int) -> String? {
    let expected = published(channel: channel)
    let present = Set(names.map(\.performance))
    let missing = expected.filter { !present.contains($0.performance) }
    guard !missing.isEmpty else { return nil }
    let ofActor = Dictionary(grouping: missing, by: \.actor).sorted { $0.key < $1.key }
    let each = expected.count { $0.actor == 1 }
    let whole = ofActor.filter { $0.value.count == each }.map { String($0.key) }
    var words = whole.isEmpty ? [] : ["all of the actors \(whole.joined(separator: ", "))"]
    for (actor, names) in ofActor where names.count < each {
      let first = names[0].text
      words.append(names.count == 1 ? first : "\(names.count) of actor \(actor), such as \(first)")
    }
    if words.count > 6 { words = words[..<6] + ["and more of \(words.count - 6) other actors"] }
    return "RAVDESS \(channel == 1 ? "speech" : "song"): \(missing.count) of the \(expected.count) published "
      + "recordings are missing: \(words.joined(separator: "; "))"
  }

  /// The published audio recordings of a channel: speech has 60 of each of 24 actors, song 44 of each of 23 (no song by
  /// actor 18), without disgust and surprise. There is no strong neutral.
  static func published(channel: Int) -> [Name] {
    var names: [Name] = []
    for actor in 1...24 where channel == 1 || actor != 18 {
      for emotion in 1...emotionCount(channel: channel) {
        for intensity in 1...(emotion == 1 ? 1 : 2) {
          for statement in 1...2 {
            for repetition in 1...2 {
              names.append(
                Name(
                  modality: 3, channel: channel, emotion: emotion, intensity: intensity, statement: statement,
                  repetition: repetition, actor: actor))
            }
          }
        }
      }
    }
    return names
  }
}

extension String {
  /// The path relative to the first of these folders that contains it; nil where none does.
  fileprivate func below(_ folders: [String]) -> String? {
    for folder in folders {
      let start = folder.hasSuffix("/") ? folder : folder + "/"
      if hasPrefix(start) { return String(dropFirst(start.count)) }
    }
    return nil
  }
}
