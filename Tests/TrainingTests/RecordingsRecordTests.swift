import Foundation
import Models
import Support
import Testing

@testable import Streaming
@testable import Training

@Suite("Records of the recordings that something was made of")
struct RecordingsRecordTests {
  private func record(_ corpus: Corpus) throws -> RecordingsRecord {
    RecordingsRecord(try Dataset(corpus, configuration: .small, augmentation: nil))
  }

  @Test("The first thing that changed is named; the place of the corpus is none")
  func differences() throws {
    try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: 1...1, in: folder)
      let before = try record(corpus)
      let first = SyntheticVoices.fileName(actor: 1, emotion: 1, statement: 1, repetition: 1)
      let last = SyntheticVoices.fileName(actor: 1, emotion: 4, statement: 2, repetition: 2)
      #expect(before.clips.first?.name == first && before.clips.last?.name == last)
      func difference(_ change: (inout Corpus) -> Void) throws -> String? {
        var changed = corpus
        change(&changed)
        return try record(changed).difference(from: before)
      }
      #expect(try difference { _ in } == nil)
      #expect(try difference { $0.clips[0].emotion = 4 } == "the emotion of \(first) was neutral and is now angry")
      #expect(try difference { $0.clips[0].speaker = "9" } == "the speaker of \(first) was 1 and is now 9")
      #expect(try difference { $0.clips[0].gender = nil } == "the gender of \(first) was male and is now not known")
      #expect(
        try difference { $0.clips[0].intensity = 1 } == "the intensity of \(first) was normal and is now strong")
      #expect(try difference { $0.clips[0].statement = 1 }?.hasPrefix("the statement of \(first) was ") == true)
      #expect(try difference { $0.clips.removeLast() } == "\(last) is missing")
      #expect(try difference { $0.clips.swapAt(0, 1) } == "their order is another one")
      // A table's corpus is called as its folder, which may have been renamed.
      #expect(try difference { $0.sources[0].name = "other" } == nil)
      #expect(try difference { $0 = $0.prefixed } == nil)

      try TemporaryFolder.with { elsewhere in
        let moved = try SyntheticVoices.corpus(actors: 1...1, in: elsewhere)
        #expect(try record(moved).difference(from: before) == nil)
        #expect(try record(RAVDESS.scan(elsewhere + "/")).difference(from: before) == nil)
      }
      var fewer = before
      fewer.clips.removeFirst()
      #expect(before.difference(from: fewer) == "\(first) is new")
      var noisy = before
      noisy.scenes = "1"
      #expect(before.difference(from: noisy)?.contains("noises or rooms") == true)

      // One sample, in a file of the same size.
      var samples = SyntheticVoices.samples(actor: 1, emotion: 1, statement: 1, repetition: 1)
      samples[9000] += 0.01
      try SyntheticVoices.write(samples, to: "\(folder)/\(first)")
      #expect(try difference { _ in } == "\(first) holds other sound")
    }
  }

  @Test("A clip without speech counts by what it holds, too")
  func silence() throws {
    try TemporaryFolder.with { folder in
      var corpus = try SyntheticVoices.corpus(actors: 1...1, in: folder)
      corpus.clips = Array(corpus.clips.prefix(2))
      func write(_ value: Float) throws {
        try SyntheticVoices.write(Array(repeating: value, count: 16_000), to: corpus.clips[0].path)
      }
      try write(0)
      let before = try record(corpus)
      try write(0.001)
      #expect(try record(corpus).difference(from: before)?.hasSuffix("holds other sound") == true)
    }
  }

  @Test("The names of a table are those in it")
  func manifest() throws {
    try TemporaryFolder.with { folder in
      try FileManager.default.createDirectory(atPath: folder + "/sound", withIntermediateDirectories: false)
      try SyntheticVoices.write([0, 0], to: folder + "/sound/a.wav")
      try SyntheticVoices.write([0, 0, 0], to: folder + "/b.wav")
      try Data("path,label,speaker\nsound/a.wav,sad,1\n\(folder)/b.wav,sad,1\n".utf8)
        .write(to: URL(filePath: folder + "/mine.csv"))
      #expect(try Manifest.read(folder + "/mine.csv").clips.map(\.name) == ["sound/a.wav", "b.wav"])
    }
  }

  /// Exchanges the emotions of the first happy and the first sad clip of speaker 1: all counts stay.
  private static func exchange(_ corpus: inout Corpus) {
    let own = corpus.clips.indices.filter { corpus.clips[$0].speaker == "1" }
    let other = own.first { corpus.clips[$0].emotion != corpus.clips[own[0]].emotion }!
    let emotion = corpus.clips[own[0]].emotion
    corpus.clips[own[0]].emotion = corpus.clips[other].emotion
    corpus.clips[other].emotion = emotion
  }

  @Test("A training goes on with its own recordings only")
  func training() throws {
    let dataset = try SyntheticVoices.dataset.get()
    let split = try Split(dataset.corpus, .quick)
    let configuration = TrainerTests.short(epochs: 2)
    func train(_ dataset: Dataset, _ folder: String, stop: StopFlag = StopFlag()) throws -> Recognizer? {
      try RecognizerTrainer(dataset, split, configuration, stateDirectory: folder, stop: stop).train { now in
        if now.epoch == 1 { stop.requestStop() }
      }
    }
    try TemporaryFolder.with { folder in
      #expect(try train(dataset, folder) == nil)
      let exchanged = try SyntheticVoices.dataset(labels: Self.exchange)
      let refusal = #expect(throws: OperationError.self) { try train(exchanged, folder) }
      #expect(refusal?.kind == .badData)
      #expect(
        refusal?.description.hasPrefix("\(folder) holds the state of a training of other recordings: the emotion")
          == true)
      // The same recordings at another place.
      let moved = try SyntheticVoices.dataset()
      let never = StopFlag()
      let resumed = try RecognizerTrainer(moved, split, configuration, stateDirectory: folder, stop: never)
        .train { _ in }
      #expect(resumed != nil)

      try FileManager.default.removeItem(atPath: folder + "/recordings.json")
      let unknown = #expect(throws: OperationError.self) { try train(dataset, folder) }
      #expect(unknown?.description.contains("of recordings that are not listed") == true)
      let trainer = RecognizerTrainer(dataset, split, configuration, stateDirectory: folder, stop: never)
      trainer.removeState()
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder).isEmpty)
    }
  }

  @Test("A cross-validation goes on with its own recordings only, whichever protocol uses its results")
  func folds() throws {
    let dataset = try SyntheticVoices.dataset.get()
    let configuration = TrainerTests.short(epochs: 1)
    try TemporaryFolder.with { folder in
      func run(_ dataset: Dataset, _ store: FoldStore?, trained: FoldStore? = nil) throws -> Bool {
        try CrossValidation(dataset, configuration, .loso, store: store, trained: trained, stop: StopFlag())
          .run(folds: [0]) { _, _, _ in } != nil
      }
      let settings = CrossValidationTests.settings(dataset.corpus, epochs: 1)
      #expect(try run(dataset, try FoldStore(folder, settings)))
      #expect(try run(try SyntheticVoices.dataset(), try FoldStore(folder, settings)))
      let exchanged = try SyntheticVoices.dataset(labels: Self.exchange)
      for isElsewhere in [false, true] {
        let store = try FoldStore(folder, settings)
        let refusal = #expect(throws: OperationError.self) {
          try run(exchanged, isElsewhere ? nil : store, trained: isElsewhere ? store : nil)
        }
        #expect(refusal?.kind == .usage)
        #expect(refusal?.description.contains("holds results of other recordings: the emotion of ") == true)
      }
      try FileManager.default.removeItem(atPath: folder + "/recordings.json")
      let unknown = #expect(throws: OperationError.self) { try run(dataset, try FoldStore(folder, settings)) }
      #expect(unknown?.description.contains("are not listed") == true)
    }
  }
}

@Suite("What there must be in data")
struct DataRequirementTests {
  @Test("One emotion is nothing to learn from")
  func oneEmotion() throws {
    var corpus = Corpus.nominal
    corpus.clips.removeAll { $0.emotion != 4 }
    let all = Split(training: Array(corpus.clips.indices), validation: [], test: [])
    let error = #expect(throws: OperationError.self) { try all.requireSeveralEmotions(corpus) }
    #expect(error?.kind == .badData && error?.description.contains("all recordings to train on are 'angry'") == true)
    try Split(training: [0, 8], validation: [], test: []).requireSeveralEmotions(.nominal)
  }

  @Test(
    "A speaker who is not there is refused, with how speakers are called",
    arguments: [
      ("5", "such as one/5 or two/5"), ("one/25", "there are one/1, "), ("three/5", "there are one/1, "),
    ])
  func speakers(name: String, words: String) throws {
    func named(_ name: String) -> Corpus {
      var corpus = Corpus(name: name, licence: "", labels: RAVDESS.labels, clips: [], skipped: [])
      corpus.clips = Corpus.nominal.clips
      for index in corpus.clips.indices { corpus.clips[index].statement = nil }
      return corpus
    }
    let several = try Corpus.joined([named("one"), named("two")])
    try several.requireSpeaker("two/5")
    let error = #expect(throws: OperationError.self) { try several.requireSpeaker(name) }
    #expect(error?.description.hasPrefix("the data have no speaker '\(name)': ") == true)
    #expect(error?.description.contains(words) == true, "\(error!)")
    let single = #expect(throws: OperationError.self) { try named("one").requireSpeaker("one/5") }
    #expect(single?.description.contains("without its name, such as 5") == true)
  }
}
