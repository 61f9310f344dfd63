import Streaming

/// The Ryerson Audio-Visual Database of Emotional Speech and Song (Livingstone and Russo 2018): 24 actors, 8 emotions.
///
/// A file's name tells everything: modality-channel-emotion-intensity-statement-repetition-actor, two digits each. Odd
/// actors are male.
public enum RAVDESS {
  /// Emotions in the order of the corpus's codes.
  public static let labels = LabelSet(
    emotions: ["neutral", "calm", "happy", "sad", "angry", "fearful", "disgust", "surprised"],
    genders: ["female", "male"])
  /// The corpus's terms.
  public static let licence = "CC BY-NC-SA 4.0"

  /// What the name of a recording says.
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

    /// - Parameter fileName: with or without folders and extension; nil where it is no name of the corpus.
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

    /// Whether the actor is a man.
    public var isMale: Bool { actor % 2 == 1 }

    /// All that tells one recorded performance from another: not whether its video is there as well.
    var performance: [Int] { [channel, emotion, intensity, statement, repetition, actor] }
  }

  /// All recordings of speech below a folder.
  ///
  /// - Throws: `TrainingError` where the folder cannot be read or holds no recording of the corpus.
  public static func scan(_ directory: String) throws(TrainingError) -> Corpus {
    var corpus = Corpus(name: "RAVDESS speech", licence: licence, labels: labels, clips: [], skipped: [])
    // Unpacked archives hold some clips twice; one copy in a training and the other in a test would be cheating.
    var performances: [[Int]: String] = [:]
    for path in try FileTree.files(below: directory) {
      let lowered = path.lowercased()
      guard [".wav", ".flac", ".ogg", ".opus"].contains(where: lowered.hasSuffix) else { continue }
      guard let name = Name(fileName: path) else {
        corpus.skipped.append((path, "its name is not one of RAVDESS's (03-01-EE-II-SS-RR-AA)"))
        continue
      }
      guard name.channel == 1 else {
        corpus.skipped.append((path, "it is song, not speech"))
        continue
      }
      if let first = performances[name.performance] {
        corpus.skipped.append((path, "it is the same recording as \(first)"))
        continue
      }
      performances[name.performance] = path
      corpus.clips.append(
        Clip(path: path, speaker: String(name.actor), emotion: name.emotion - 1, gender: name.isMale ? 1 : 0))
    }
    guard !corpus.clips.isEmpty else {
      throw TrainingError(
        .noInput,
        "\(directory) holds no RAVDESS speech: recordings called 03-01-EE-II-SS-RR-AA.wav or .flac are expected")
    }
    return corpus
  }
}
