import Foundation
import Support
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
            Clip(
              path: "\(folder)/a/03-01-08-01-01-02-24.ogg", speaker: "24", emotion: 7, gender: 0, intensity: 0,
              statement: 0, pathInCorpus: "a/03-01-08-01-01-02-24.ogg"),
            Clip(
              path: "\(folder)/b/Actor_01/03-01-01-01-02-01-01.FLAC", speaker: "1", emotion: 0, gender: 1,
              intensity: 0, statement: 1, pathInCorpus: "b/Actor_01/03-01-01-01-02-01-01.FLAC"),
            Clip(
              path: "\(folder)/b/Actor_02/03-01-05-02-01-01-02.wav", speaker: "2", emotion: 4, gender: 0,
              intensity: 1, statement: 0, pathInCorpus: "b/Actor_02/03-01-05-02-01-01-02.wav"),
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
      func failure(_ directory: String) -> OperationError? {
        #expect(throws: OperationError.self) { try RAVDESS.scan(directory) }
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

  @Test("Song has six emotions and its own speakers' names; speech and song are one corpus of the same actors")
  func song() throws {
    try TemporaryFolder.with { folder in
      for name in [
        "03-01-08-01-01-02-24.wav", "03-02-05-01-01-01-24.wav", "03-02-06-02-02-01-03.flac", "03-02-07-01-01-01-03.wav",
      ] {
        try Data().write(to: URL(filePath: "\(folder)/\(name)"))
      }
      let song = try RAVDESS.scan(folder, part: .song)
      #expect(song.name == "RAVDESS song")
      #expect(song.labels.emotions == ["neutral", "calm", "happy", "sad", "angry", "fearful"])
      #expect(song.clips.map(\.emotion) == [4, 5])
      #expect(song.clips.map(\.speaker) == ["24", "3"])
      let reasons = song.skipped.map(\.reason)
      #expect(reasons == ["it is speech, not song", "RAVDESS has no song that is disgust"])

      let both = try RAVDESS.scan(folder, part: .both)
      #expect(both.name == "RAVDESS speech + RAVDESS song")
      #expect(both.licence == RAVDESS.licence)
      #expect(both.labels == RAVDESS.labels)
      #expect(both.clips.map(\.emotion) == [7, 4, 5])
      #expect(both.clips.map(\.source) == [0, 1, 1])
      #expect(both.speakers == ["3", "24"])
      #expect(both.clips.map(\.statement) == [0, 0, 1])
      #expect(both.statements == RAVDESS.statements)
      #expect(both.emotionsOfSources[0] == [false, false, false, false, false, false, false, true])
      #expect(both.emotionsOfSources[1] == [false, false, false, false, true, true, false, false])
    }
    let nothing = #expect(throws: OperationError.self) {
      try TemporaryFolder.with { try RAVDESS.scan($0, part: .both) }
    }
    #expect(nothing?.description.contains("no RAVDESS speech or song") == true)
  }

  @Test("What was published: 60 clips of each of 24 actors who speak, 44 of each of 23 who sing")
  func published() {
    let speech = RAVDESS.published(channel: 1)
    #expect(speech.count == 1440)
    #expect((1...24).allSatisfy { actor in speech.count { $0.actor == actor } == 60 })
    let song = RAVDESS.published(channel: 2)
    #expect(song.count == 1012)
    #expect(Set(song.map(\.actor)) == Set(1...24).subtracting([18]))
    #expect(song.count { $0.actor == 1 } == 44)
    for name in speech + song { #expect(RAVDESS.Name(fileName: name.text) == name) }
  }

  @Test("What is missing of the published recordings is said: whole actors, and single clips by name")
  func missing() throws {
    try TemporaryFolder.with { folder in
      let left = ["03-01-05-02-01-01-02", "03-01-06-02-01-01-02", "03-01-08-01-02-02-11"]
      for name in RAVDESS.published(channel: 1) where name.actor != 9 && !left.contains(name.text) {
        try Data().write(to: URL(filePath: "\(folder)/\(name.text).flac"))
      }
      let corpus = try RAVDESS.scan([folder, folder])
      #expect(corpus.clips.count == 1440 - 63)
      #expect(
        corpus.remarks == [
          "RAVDESS speech: 63 of the 1440 published recordings are missing: all of the actors 9; "
            + "2 of actor 2, such as 03-01-05-02-01-01-02; 03-01-08-01-02-02-11"
        ])
      for name in left { try Data().write(to: URL(filePath: "\(folder)/\(name).flac")) }
      for name in RAVDESS.published(channel: 1) where name.actor == 9 {
        try Data().write(to: URL(filePath: "\(folder)/\(name.text).flac"))
      }
      #expect(try RAVDESS.scan(folder).remarks.isEmpty)
    }
  }

  @Test("A recording that cannot be read is left out and named; more than a tenth of them end the reading")
  func damaged() throws {
    try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: [1], in: folder)
      try Data("not a recording".utf8).write(to: URL(filePath: corpus.clips[5].path))
      let dataset = try Dataset(corpus, configuration: .small, augmentation: nil)
      #expect(dataset.unreadable.count == 1)
      #expect(dataset.unreadable[0].hasPrefix("\(corpus.clips[5].path) is not a readable recording"))
      var rest = corpus.clips
      rest.remove(at: 5)
      #expect(dataset.corpus.clips.map(\.path) == rest.map(\.path))
      #expect(dataset.rows.count == 11)

      try Data().write(to: URL(filePath: corpus.clips[7].path))
      let error = #expect(throws: OperationError.self) {
        _ = try Dataset(corpus, configuration: .small, augmentation: nil)
      }
      #expect(error?.kind == .badData)
      #expect(error?.description.hasPrefix("2 of 12 recordings cannot be read") == true)
      #expect(error?.description.contains(corpus.clips[5].path) == true)
    }
  }

  @Test("A stereo recording is heard as the mean of its channels")
  func stereo() throws {
    try TemporaryFolder.with { folder in
      let voice = SyntheticVoices.samples(actor: 1, emotion: 3, statement: 1, repetition: 1)
      let left = voice.map { 1.5 * $0 }
      let right = voice.map { 0.5 * $0 }
      try SyntheticVoices.write(zip(left, right).flatMap { [$0, $1] }, to: "\(folder)/stereo.wav", channels: 2)
      try SyntheticVoices.write(voice, to: "\(folder)/mono.wav")
      let stereo = try Sound(path: "\(folder)/stereo.wav")
      let mono = try Sound(path: "\(folder)/mono.wav")
      #expect(stereo.samples.count == mono.samples.count)
      // Each of the three was rounded to a step of 16 bits.
      #expect(zip(stereo.samples, mono.samples).allSatisfy { abs($0 - $1) <= 1.5 / 32768 })
    }
  }

  @Test("The same sound under two names is found; with other labels or speakers it is an error")
  func duplicates() throws {
    try TemporaryFolder.with { folder in
      var corpus = try SyntheticVoices.corpus(actors: [1], in: folder)
      #expect(try Dataset(corpus, configuration: .small, augmentation: nil).duplicates.isEmpty)
      let alike = corpus.clips.indices.filter { corpus.clips[$0].emotion == corpus.clips[0].emotion }
      try FileManager.default.removeItem(atPath: corpus.clips[alike[2]].path)
      try FileManager.default.copyItem(atPath: corpus.clips[0].path, toPath: corpus.clips[alike[2]].path)
      let dataset = try Dataset(corpus, configuration: .small, augmentation: nil)
      #expect(dataset.duplicates == [[0, alike[2]]])
      // Kept together, wherever chance puts them.
      for seed in 0..<20 {
        var configuration = TrainingConfiguration()
        configuration.seed = UInt64(seed)
        configuration.split = SplitConfiguration(method: seed % 2 == 0 ? .random : .stratified)
        configuration.split!.test = 0.4
        let split = try Split(dataset.corpus, configuration)
        #expect(split.test.contains(0) == split.test.contains(alike[2]))
        #expect(split.validation.contains(0) == split.validation.contains(alike[2]))
      }
      for fold in try EvaluationProtocol.random10.folds(dataset.corpus, seed: 46) {
        #expect(fold.test.contains(0) == fold.test.contains(alike[2]))
      }
      let torn = Split(training: [0], validation: [], test: [alike[2]])
      let leak = #expect(throws: OperationError.self) { try torn.check(dataset.corpus, speakersApart: false) }
      #expect(leak?.description.contains("hold the same sound") == true)

      corpus.clips[alike[2]].speaker = "9"
      let speakers = #expect(throws: OperationError.self) {
        _ = try Dataset(corpus, configuration: .small, augmentation: nil)
      }
      #expect(speakers?.kind == .badData)
      #expect(speakers?.description.contains("hold the same sound, but are said to be") == true)
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
            Clip(
              path: "\(actor)-\(emotion)-\(take)", speaker: String(actor), emotion: emotion, gender: actor % 2,
              intensity: take / 4, statement: take % 4 / 2))
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
    let unknown = #expect(throws: OperationError.self) { try Split(.nominal, configuration) }
    #expect(unknown?.description.contains("speaker 25") == true)
    configuration.heldOutSpeakers = Corpus.nominal.speakers
    let nobody = #expect(throws: OperationError.self) { try Split(.nominal, configuration) }
    #expect(nobody?.kind == .usage)
  }

  @Test("A speaker may be named with the corpus; those of a corpus that is not there are passed over")
  func namesWithCorpus() throws {
    var configuration = TrainingConfiguration()
    configuration.validationSpeakers = ["other/1", "3"]
    configuration.heldOutSpeakers = ["\(Corpus.nominal.sources[0].prefix)/2", "other/2"]
    let split = try Split(.nominal, configuration)
    #expect(speakers(split.validation) == ["3"])
    #expect(speakers(split.test) == ["2"])
    configuration.heldOutSpeakers = ["\(Corpus.nominal.sources[0].prefix)/25"]
    #expect(throws: OperationError.self) { try Split(.nominal, configuration) }
  }

  @Test("A split by chance has the shares asked for, depends on its seed only, and leaks nothing")
  func drawn() throws {
    func draw(_ method: SplitConfiguration.Method, seed: UInt64 = 46) throws -> Split {
      var configuration = TrainingConfiguration()
      configuration.seed = seed
      configuration.split = SplitConfiguration(method: method)
      configuration.split!.validation = 0.125
      configuration.split!.test = 0.25
      return try Split(.nominal, configuration)
    }
    for method in SplitConfiguration.Method.allCases {
      let split = try draw(method)
      #expect(split.test.count == 360 && split.validation.count == 180 && split.training.count == 900)
      #expect((split.training + split.validation + split.test).sorted() == Array(Corpus.nominal.clips.indices))
      #expect(try draw(method) == split)
      #expect(try draw(method, seed: 47) != split)
      try split.check(.nominal, speakersApart: method == .speaker)
    }
    let stratified = try draw(.stratified)
    for emotion in 0..<8 {
      let count = emotion == 0 ? 96 : 192
      #expect(stratified.test.count { Corpus.nominal.clips[$0].emotion == emotion } == count / 4)
      #expect(stratified.validation.count { Corpus.nominal.clips[$0].emotion == emotion } == count / 8)
    }
    let bySpeaker = try draw(.speaker)
    #expect(speakers(bySpeaker.test).count == 6 && speakers(bySpeaker.validation).count == 3)
    #expect(speakers(bySpeaker.training).isDisjoint(with: speakers(bySpeaker.test)))
    #expect(speakers(bySpeaker.training).isDisjoint(with: speakers(bySpeaker.validation)))
    #expect(speakers(bySpeaker.validation).isDisjoint(with: speakers(bySpeaker.test)))
    let leak = #expect(throws: OperationError.self) {
      try draw(.random).check(.nominal, speakersApart: true)
    }
    #expect(leak?.description.contains("speaker") == true)
    let twice = Split(training: [3, 4], validation: [], test: [4])
    #expect(throws: OperationError.self) { try twice.check(.nominal, speakersApart: false) }
  }

  @Test("A split by chance of too few clips or speakers to train on is refused")
  func tooFew() {
    var corpus = Corpus.nominal
    corpus.clips = Array(corpus.clips[..<2])
    var configuration = TrainingConfiguration()
    for method in SplitConfiguration.Method.allCases {
      configuration.split = SplitConfiguration(method: method)
      let error = #expect(throws: OperationError.self) { try Split(corpus, configuration) }
      #expect(error?.kind == .badData)
    }
  }

  @Test(
    "Every clip is tested exactly once, and no clip is in two parts of a fold",
    arguments: [EvaluationProtocol.random10, .subject5, .loso, .session])
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
    arguments: [EvaluationProtocol.subject5, .loso, .session, .calibrated])
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
    for tried in [EvaluationProtocol.random10, .subject5, .loso] {
      #expect(try tried.sessionHistory(.nominal, seed: 7) == .nothing)
    }
    #expect(try EvaluationProtocol.session.sessionHistory(.nominal, seed: 7) == .session(seed: 7))
    #expect(try EvaluationProtocol.mood.folds(.nominal, seed: 2) == folds)
    #expect(try EvaluationProtocol.mood.sessionHistory(.nominal, seed: 7) == .mood(seed: 7))
    #expect(try EvaluationProtocol.transfer.sessionHistory(.nominal, seed: 7) == .session(seed: 7))
  }

  @Test("Where the speakers are not all those of subject5, protocols of speakers leave out one after the other")
  func otherSpeakers() throws {
    var corpus = Corpus.nominal
    corpus.clips.removeAll { $0.speaker == "24" }
    let alone = try EvaluationProtocol.loso.folds(corpus, seed: 1)
    #expect(alone.count == 23)
    #expect(try EvaluationProtocol.session.folds(corpus, seed: 1) == alone)
    #expect(try EvaluationProtocol.mood.folds(corpus, seed: 1) == alone)
    #expect(try EvaluationProtocol.calibrated.folds(corpus, seed: 1).map(\.training) == alone.map(\.training))
    let error = #expect(throws: OperationError.self) { try EvaluationProtocol.subject5.folds(corpus, seed: 1) }
    #expect(error?.description.contains("speaker 24, whom the configuration or the protocol names, is not in") == true)
  }

  @Test("calibrated leaves out what each speaker calibrates with: the neutral clips of one statement")
  func calibrated() throws {
    let corpus = Corpus.nominal
    guard case .calibration(let known) = try EvaluationProtocol.calibrated.sessionHistory(corpus, seed: 1) else {
      Issue.record("nothing is heard before")
      return
    }
    #expect(Set(known.keys) == Set(corpus.speakers))
    for (speaker, clips) in known {
      #expect(clips.map { corpus.clips[$0].emotion } == [0, 0])
      #expect(clips.allSatisfy { corpus.clips[$0].speaker == speaker && corpus.clips[$0].statement == 0 })
      #expect(clips.allSatisfy { corpus.clips[$0].intensity == 0 })
    }
    let cold = try EvaluationProtocol.subject5.folds(corpus, seed: 1)
    let folds = try EvaluationProtocol.calibrated.folds(corpus, seed: 1)
    #expect(folds.map(\.training) == cold.map(\.training) && folds.map(\.validation) == cold.map(\.validation))
    let left = Set(known.values.joined())
    #expect(folds.map(\.test) == cold.map { $0.test.filter { !left.contains($0) } })
    // Every emotion is still tested.
    for fold in folds { #expect(Set(fold.test.map { corpus.clips[$0].emotion }).count == 8) }

    var silent = corpus
    silent.clips.removeAll { $0.speaker == "7" && $0.statement == 0 && $0.emotion == 0 }
    let error = #expect(throws: OperationError.self) { try EvaluationProtocol.calibrated.folds(silent, seed: 1) }
    #expect(error?.description.contains("speaker 7 has no neutral recording of the first statement") == true)
  }

  @Test("transfer trains on one side, two of whose speakers validate, and tests on the other")
  func transfer() throws {
    let other: Set = ["20", "21", "22", "23", "24"]
    let folds = try EvaluationProtocol.transfer.folds(.nominal, seed: 46, testSpeakers: other)
    #expect(folds.count == 1)
    #expect(speakers(folds[0].test) == other)
    #expect(speakers(folds[0].validation).count == 2)
    #expect(speakers(folds[0].training).count == 17)
    #expect((folds[0].training + folds[0].validation + folds[0].test).sorted() == Array(Corpus.nominal.clips.indices))
    #expect(try EvaluationProtocol.transfer.folds(.nominal, seed: 46, testSpeakers: other) == folds)
    #expect(try EvaluationProtocol.transfer.folds(.nominal, seed: 47, testSpeakers: other) != folds)
    let nobody = #expect(throws: OperationError.self) { try EvaluationProtocol.transfer.folds(.nominal, seed: 46) }
    #expect(nobody?.kind == .usage)
    let few = #expect(throws: OperationError.self) {
      try EvaluationProtocol.transfer.folds(.nominal, seed: 46, testSpeakers: Set(Corpus.nominal.speakers[3...]))
    }
    #expect(few?.kind == .badData)
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
      let error = #expect(throws: OperationError.self) { try tried.folds(corpus, seed: 46) }
      #expect(error?.kind == .badData)
    }
  }
}
