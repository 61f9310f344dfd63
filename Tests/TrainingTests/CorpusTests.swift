import Foundation
import Testing

@testable import Streaming
@testable import Training

@Suite("RAVDESS")
struct CorpusTests {
  @Test("A name's seven fields are read, with folders and any extension")
  func names() throws {
    let name = try #require(RAVDESS.Name(fileName: "/data/Actor_12/03-01-06-02-01-02-12.wav"))
    #expect(name.modality == 3 && name.channel == 1 && name.emotion == 6 && name.intensity == 2)
    #expect(name.statement == 1 && name.repetition == 2 && name.actor == 12)
    #expect(!name.isMale)
    #expect(try #require(RAVDESS.Name(fileName: "01-02-08-01-02-01-23")).isMale)
    #expect(RAVDESS.Name(fileName: "03-01-01-01-01-01-01.FLAC") != nil)
  }

  @Test(
    "What is no name of the corpus is refused",
    arguments: [
      "", "/", ".wav", "angry.wav", "03-01-06-02-01-02.wav", "03-01-06-02-01-02-12-01.wav", "3-1-6-2-1-2-12.wav",
      "03-01-00-02-01-02-12.wav", "03-01-09-02-01-02-12.wav", "04-01-06-02-01-02-12.wav", "03-03-06-02-01-02-12.wav",
      "03-01-06-03-01-02-12.wav", "03-01-06-02-03-02-12.wav", "03-01-06-02-01-03-12.wav", "03-01-06-02-01-02-25.wav",
      "03-01-06-02-01-02-00.wav", "+3-01-06-02-01-02-12.wav", "03-+1-06-02-01-02-12.wav", "03-01-06--2-01-02-12.wav",
      "03-01-06-02-01-02-1a.wav", "03_01_06_02_01_02_12.wav", "03-01-06-02-01-02-１２.wav",
    ])
  func badNames(_ name: String) {
    #expect(RAVDESS.Name(fileName: name) == nil)
  }

  @Test("A scan finds speech below all folders, in a fixed order, and says what it left out and why")
  func scan() throws {
    try TemporaryFolder.with { folder in
      let files = [
        "b/Actor_02/03-01-05-02-01-01-02.wav", "b/Actor_01/03-01-01-01-02-01-01.FLAC", "a/03-01-08-01-01-02-24.ogg",
        "a/03-02-05-01-01-01-03.wav", "a/notes.wav", "a/readme.txt", "a/03-01-05-01-01-01-03.mp4",
        ".hidden/03-01-05-01-01-01-04.wav", "a/._03-01-05-01-01-01-05.wav", "c/again/03-01-05-02-01-01-02.wav",
        "c/01-01-08-01-01-02-24.wav",
      ]
      for file in files {
        let path = "\(folder)/\(file)"
        try FileManager.default.createDirectory(
          atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
        try Data().write(to: URL(filePath: path))
      }
      for directory in [folder, folder + "/"] {
        let corpus = try RAVDESS.scan(directory)
        #expect(
          corpus.clips == [
            Clip(path: "\(folder)/a/03-01-08-01-01-02-24.ogg", speaker: "24", emotion: 7, gender: 0),
            Clip(path: "\(folder)/b/Actor_01/03-01-01-01-02-01-01.FLAC", speaker: "1", emotion: 0, gender: 1),
            Clip(path: "\(folder)/b/Actor_02/03-01-05-02-01-01-02.wav", speaker: "2", emotion: 4, gender: 0),
          ])
        #expect(corpus.speakers == ["1", "2", "24"])
        let skipped = Dictionary(uniqueKeysWithValues: corpus.skipped.map { ($0.path, $0.reason) })
        #expect(skipped.count == 4)
        #expect(skipped["\(folder)/a/03-02-05-01-01-01-03.wav"] == "it is song, not speech")
        #expect(skipped["\(folder)/a/notes.wav"]?.contains("its name is not one of RAVDESS's") == true)
        #expect(
          skipped["\(folder)/c/again/03-01-05-02-01-01-02.wav"]
            == "it is the same recording as \(folder)/b/Actor_02/03-01-05-02-01-01-02.wav")
        #expect(
          skipped["\(folder)/c/01-01-08-01-01-02-24.wav"]
            == "it is the same recording as \(folder)/a/03-01-08-01-01-02-24.ogg")
      }
    }
  }

  @Test("A folder that is missing, is a file, is empty or holds nothing of the corpus is an error that names it")
  func badFolders() throws {
    try TemporaryFolder.with { folder in
      func failure(_ directory: String) -> TrainingError? {
        #expect(throws: TrainingError.self) { try RAVDESS.scan(directory) }
      }
      #expect(failure(folder)?.kind == .noInput)
      #expect(failure(folder)?.description.hasPrefix("\(folder) holds no RAVDESS speech") == true)
      #expect(
        failure("\(folder)/none")?.description == "cannot read the folder \(folder)/none: No such file or directory")
      try Data().write(to: URL(filePath: "\(folder)/other.wav"))
      #expect(failure(folder)?.kind == .noInput)
      #expect(failure("\(folder)/other.wav")?.description.hasSuffix("Not a directory") == true)
    }
  }

  @Test("A recording that cannot be read stops the reading with an error that names it")
  func damaged() throws {
    try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: [1], in: folder)
      try Data("not a recording".utf8).write(to: URL(filePath: corpus.clips[5].path))
      do {
        _ = try Dataset(corpus, configuration: .small, augmentation: nil)
        Issue.record("the damaged recording was read")
      } catch {
        #expect("\(error)".contains(corpus.clips[5].path))
      }
    }
  }
}

/// 24 speakers without sounds: who is in which part does not depend on what is heard.
extension Corpus {
  static let nominal: Corpus = {
    var corpus = Corpus(name: "nominal", licence: "", labels: RAVDESS.labels, clips: [], skipped: [])
    for actor in 1...24 {
      for emotion in 0..<8 {
        for take in 0..<(emotion == 0 ? 4 : 8) {
          corpus.clips.append(
            Clip(path: "\(actor)-\(emotion)-\(take)", speaker: String(actor), emotion: emotion, gender: actor % 2))
        }
      }
    }
    return corpus
  }()
}

@Suite("Splits and protocols")
struct ProtocolTests {
  func speakers(_ clips: [Int]) -> Set<String> { Set(clips.map { Corpus.nominal.clips[$0].speaker }) }

  @Test("A split by speakers puts every clip into one part, and no speaker into two")
  func split() throws {
    var configuration = TrainingConfiguration()
    configuration.validationSpeakers = ["3", "6"]
    configuration.heldOutSpeakers = ["2", "24"]
    let split = try Split(.nominal, configuration)
    #expect((split.training + split.validation + split.test).sorted() == Array(Corpus.nominal.clips.indices))
    #expect(speakers(split.validation) == ["3", "6"])
    #expect(speakers(split.test) == ["2", "24"])
    #expect(speakers(split.training).isDisjoint(with: ["2", "3", "6", "24"]))
  }

  @Test("A split with unknown speakers, or that leaves nobody to train on, is refused")
  func badSplit() {
    var configuration = TrainingConfiguration()
    configuration.heldOutSpeakers = ["25"]
    let unknown = #expect(throws: TrainingError.self) { try Split(.nominal, configuration) }
    #expect(unknown?.description.contains("speaker 25") == true)
    configuration.heldOutSpeakers = Corpus.nominal.speakers
    let nobody = #expect(throws: TrainingError.self) { try Split(.nominal, configuration) }
    #expect(nobody?.kind == .usage)
  }

  @Test(
    "Every clip is tested exactly once, and no clip is in two parts of a fold", arguments: EvaluationProtocol.allCases)
  func coverage(_ tried: EvaluationProtocol) throws {
    let folds = try tried.folds(.nominal, seed: 46)
    #expect(folds.count == [.random10: 10, .loso: 24][tried] ?? 5)
    #expect(folds.flatMap(\.test).sorted() == Array(Corpus.nominal.clips.indices))
    for fold in folds {
      #expect((fold.training + fold.validation + fold.test).sorted() == Array(Corpus.nominal.clips.indices))
      #expect(!fold.training.isEmpty && !fold.validation.isEmpty && !fold.test.isEmpty)
    }
  }

  @Test(
    "No speaker is in two parts where the protocol promises it",
    arguments: EvaluationProtocol.allCases.filter { $0 != .random10 })
  func independence(_ tried: EvaluationProtocol) throws {
    for fold in try tried.folds(.nominal, seed: 46) {
      #expect(speakers(fold.training).isDisjoint(with: speakers(fold.test)))
      #expect(speakers(fold.training).isDisjoint(with: speakers(fold.validation)))
      #expect(speakers(fold.validation).isDisjoint(with: speakers(fold.test)))
    }
  }

  @Test("subject5 has the published folds")
  func published() throws {
    let folds = try EvaluationProtocol.subject5.folds(.nominal, seed: 1)
    #expect(
      folds.map { speakers($0.test) } == [
        ["2", "5", "14", "15", "16"], ["3", "6", "7", "13", "18"], ["10", "11", "12", "19", "20"],
        ["8", "17", "21", "23", "24"], ["1", "4", "9", "22"],
      ])
    #expect(
      folds.map { speakers($0.validation) } == [["3", "6"], ["10", "11"], ["8", "17"], ["1", "14"], ["2", "5"]])
    #expect(try EvaluationProtocol.session.folds(.nominal, seed: 2) == folds)
    #expect(EvaluationProtocol.allCases.filter(\.playsSessions) == [.session])
  }

  @Test("random10 deals every emotion out evenly, by its seed")
  func stratified() throws {
    let folds = try EvaluationProtocol.random10.folds(.nominal, seed: 46)
    for fold in folds {
      for emotion in 0..<8 {
        let share = Double(emotion == 0 ? 96 : 192) / 10
        let count = fold.test.count { Corpus.nominal.clips[$0].emotion == emotion }
        #expect(abs(Double(count) - share) < 1, "emotion \(emotion)")
      }
    }
    #expect(try EvaluationProtocol.random10.folds(.nominal, seed: 46) == folds)
    #expect(try EvaluationProtocol.random10.folds(.nominal, seed: 47) != folds)
  }

  @Test("A corpus that lacks the speakers of a protocol is refused")
  func tooSmall() {
    var corpus = Corpus.nominal
    corpus.clips.removeAll { Int($0.speaker)! > 3 }
    for tried in [EvaluationProtocol.subject5, .session, .loso] {
      let error = #expect(throws: TrainingError.self) { try tried.folds(corpus, seed: 46) }
      #expect(error?.kind == .badData)
    }
  }
}
