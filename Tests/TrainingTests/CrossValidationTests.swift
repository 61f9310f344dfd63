import Foundation
import Models
import Support
import Synchronization
import Testing

@testable import Streaming
@testable import Training

@Suite("Cross-validation")
struct CrossValidationTests {
  let dataset: Dataset

  init() throws {
    dataset = try SyntheticVoices.dataset.get()
  }

  static func settings(
    _ corpus: Corpus, epochs: Int = 1, seed: UInt64 = 46, shuffles: Bool = false, version: String = "1",
    tried: EvaluationProtocol = .loso
  ) -> CrossValidationSettings {
    var experiment = ExperimentConfiguration(recognizer: .small)
    experiment.training = TrainerTests.short(epochs: epochs, seed: seed)
    return CrossValidationSettings(experiment, tried, corpus, shufflesLabels: shuffles, version: version)
  }

  @Test("A fold that a protocol does not have is refused; chosen ones are run alone")
  func folds() throws {
    let validation = CrossValidation(dataset, TrainerTests.short(epochs: 1), .loso, stop: StopFlag())
    let error = #expect(throws: OperationError.self) { try validation.run(folds: [8]) { _, _, _ in } }
    #expect(error?.kind == .usage)
    let chosen = try #require(
      try validation.run(folds: [2]) { fold, seed, _ in #expect(fold == 2 && seed == 46) })
    #expect(chosen.map(\.fold) == [2])
    #expect(chosen[0].predictions.map(\.speaker) == Array(repeating: "3", count: 12))
    #expect(chosen[0].trainingClips == 60 && chosen[0].validationClips == 24)
    #expect(Set(chosen[0].predictions[0].emotions.keys) == ["lstm", "cnn", "ensemble"])
    #expect(Set(chosen[0].parameters.keys) == ["lstm", "cnn", "gender"])
    #expect(chosen[0].votes == ["lstm": 0.5, "cnn": 0.5])
    for prediction in chosen[0].predictions {
      // Softmax in single precision.
      for probabilities in prediction.emotions.values { #expect(abs(probabilities.reduce(0, +) - 1) < 1e-5) }
      #expect(abs(prediction.genders.reduce(0, +) - 1) < 1e-5)
    }
  }

  @Test("Labels dealt out by chance on the training side are recognised as chance would")
  func shuffledLabels() throws {
    let results = try #require(
      try CrossValidation(dataset, TrainerTests.short(epochs: 8), .loso, shufflesLabels: true, stop: StopFlag())
        .run(seeds: Array(46...51)) { _, _, _ in })
    #expect(results.map(\.fold) == (0..<6).flatMap { _ in 0..<8 })
    let pool = results.flatMap(\.predictions).posteriors("ensemble", classes: 8)
    #expect(pool.count == 6 * 96)
    // What is tested keeps its labels.
    let said = dataset.corpus.clips.sorted { ($0.speaker, $0.path) < ($1.speaker, $1.path) }.map(\.emotion)
    #expect(results.flatMap(\.predictions).map(\.emotion) == Array(repeatElement(said, count: 6).joined()))
    // Chance is 33 %. The four clips of an emotion and a speaker mostly sound like the same thing: of 24 such groups and six
    // seeds its deviation is 4 %, and three of them are allowed.
    #expect(abs(pool.confusion.unweightedAverageRecall - 1.0 / 3) < 0.12, "\(pool.confusion.counts)")
  }

  @Test("Shuffled labels are the same labels in another order, among the chosen clips only, by the seed")
  func shuffling() {
    let chosen = Array(0..<60)
    func emotions(_ seed: UInt64) -> [Int] {
      var random = RandomSource(seed: seed)
      return dataset.shufflingEmotions(of: chosen, using: &random).corpus.clips.map(\.emotion)
    }
    let before = dataset.corpus.clips.map(\.emotion)
    #expect(emotions(1) == emotions(1) && emotions(1) != emotions(2) && emotions(1) != before)
    #expect(emotions(1)[60...] == before[60...])
    #expect(emotions(1)[..<60].sorted() == before[..<60].sorted())
  }

  @Test("Whatever a test fold holds, training gives the same recognizer, bit for bit")
  func leaks() throws {
    let tested: Set = ["3"]
    try TemporaryFolder.with { folder in
      // The speaker to test on says other things under other labels: noise of other lengths, all emotions exchanged.
      var corpus = try SyntheticVoices.corpus(actors: 1...8, in: folder)
      var gain: Float = 0.2
      for (index, clip) in corpus.clips.enumerated() where tested.contains(clip.speaker) {
        corpus.clips[index].emotion = [0: 2, 2: 3, 3: 0][clip.emotion]!
        corpus.clips[index].gender = 1 - clip.gender!
        // Each louder than the one before: the same sound under several labels would be refused.
        gain += 0.1
        let sound = SyntheticVoices.samples(actor: 8, emotion: 4, statement: 1, repetition: 1).map { gain * $0 }
        try SyntheticVoices.write(sound + sound, to: clip.path)
      }
      let poisoned = try Dataset(
        corpus, configuration: .small, augmentation: TrainingConfiguration.quick.augmentation)
      var configuration = TrainerTests.short(epochs: 3)
      configuration.learnVotes = true
      func recognizer(_ dataset: Dataset) throws -> Recognizer? {
        let fold = try EvaluationProtocol.loso.folds(dataset.corpus, seed: 46)[2]
        #expect(fold.test.allSatisfy { tested.contains(dataset.corpus.clips[$0].speaker) })
        let validation = CrossValidation(dataset, configuration, .loso, stop: StopFlag())
        return try validation.train(fold, fold: 2, seed: 46) { _ in }
      }
      let clean = try #require(try recognizer(dataset))
      let other = try #require(try recognizer(poisoned))
      #expect(other.checkpoint.encoded() == clean.checkpoint.encoded())
      // The poison is there: what is heard of the fold is not the same.
      let fold = try EvaluationProtocol.loso.folds(dataset.corpus, seed: 46)[2]
      #expect(clean.predictions(dataset, fold.test) != clean.predictions(poisoned, fold.test))
    }
  }

  @Test("Finished folds are kept, a stopped run goes on with the others, and the whole is what one run gives")
  func resuming() throws {
    let configuration = TrainerTests.short(epochs: 2)
    let whole = try #require(
      try CrossValidation(dataset, configuration, .loso, stop: StopFlag()).run { _, _, _ in })
    try TemporaryFolder.with { folder in
      let path = "\(folder)/results"
      let settings = Self.settings(dataset.corpus, epochs: 2)
      let stop = StopFlag()
      let first = CrossValidation(
        dataset, configuration, .loso, store: try FoldStore(path, settings), stop: stop)
      let stopped = try first.run { fold, _, progress in
        if fold == 2 && progress.epoch == 1 { stop.requestStop() }
      }
      #expect(stopped == nil)
      let store = try FoldStore(path, settings)
      let kept = try (0..<8).filter { try store.result(fold: $0, seed: 46) != nil }
      #expect(kept.count < 8 && !kept.contains(2))
      let trained = Mutex<Set<Int>>([])
      let resumed = try CrossValidation(dataset, configuration, .loso, store: store, stop: StopFlag())
        .run { fold, _, _ in _ = trained.withLock { $0.insert(fold) } }
      #expect(resumed == whole)
      #expect(trained.withLock { $0 } == Set(0..<8).subtracting(kept))
      let again = try CrossValidation(dataset, configuration, .loso, store: store, stop: StopFlag())
        .run { _, _, _ in Issue.record("a finished fold was trained again") }
      #expect(again == whole)

      try Data("{".utf8).write(to: URL(filePath: "\(path)/folds/seed-46-fold-0.json"))
      let damaged = #expect(throws: OperationError.self) { try store.result(fold: 0, seed: 46) }
      #expect(damaged?.description.contains("\(path)/folds/seed-46-fold-0.json is damaged") == true)

      // What was trained is there, too: without the result it is tested again, not trained again.
      try FileManager.default.removeItem(atPath: "\(path)/folds/seed-46-fold-0.json")
      let tested = try CrossValidation(dataset, configuration, .loso, store: store, stop: StopFlag())
        .run { _, _, _ in Issue.record("a recognizer that was kept was trained again") }
      #expect(tested == whole)
      let other = try FoldStore(trainedIn: path, as: settings, dataset.corpus)
      let elsewhere = try CrossValidation(dataset, configuration, .loso, trained: other, stop: StopFlag())
        .run { _, _, _ in Issue.record("a recognizer that was trained elsewhere was trained again") }
      #expect(elsewhere == whole)
    }
  }

  @Test("Recognizers of another protocol serve where its folds train the same ones")
  func trainedElsewhere() throws {
    try TemporaryFolder.with { folder in
      func refusal(_ settings: CrossValidationSettings, of corpus: Corpus = .nominal) -> OperationError? {
        #expect(throws: OperationError.self) { try FoldStore(trainedIn: folder, as: settings, corpus) }
      }
      let session = Self.settings(.nominal, tried: .session)
      #expect(refusal(session)?.kind == .noInput)
      _ = try FoldStore(folder, Self.settings(.nominal, tried: .subject5))
      _ = try FoldStore(trainedIn: folder, as: session, .nominal)
      #expect(
        refusal(Self.settings(.nominal))?.description.hasSuffix("subject5, whose folds are not those of loso") == true)
      let longer = Self.settings(.nominal, epochs: 2, tried: .session)
      #expect(refusal(longer)?.description.hasSuffix("of other settings: the configuration changed") == true)
      // Without all of its speakers the folds of `session` are others.
      let few = Self.settings(dataset.corpus, tried: .session)
      #expect(
        refusal(few, of: dataset.corpus)?.description.hasSuffix("subject5, whose folds are not those of session")
          == true)
    }
  }

  @Test(
    "A session is tested with what leaving one speaker out has trained, where the speakers are not those of subject5")
  func sessionsOfOtherSpeakers() throws {
    let configuration = TrainerTests.short(epochs: 2)
    try TemporaryFolder.with { folder in
      let path = "\(folder)/loso"
      let store = try FoldStore(path, Self.settings(dataset.corpus, epochs: 2))
      let cold = try #require(
        try CrossValidation(dataset, configuration, .loso, store: store, stop: StopFlag()).run { _, _, _ in })
      let trained = try FoldStore(
        trainedIn: path, as: Self.settings(dataset.corpus, epochs: 2, tried: .session), dataset.corpus)
      let session = try #require(
        try CrossValidation(dataset, configuration, .session, trained: trained, stop: StopFlag())
          .run { _, _, _ in Issue.record("a recognizer that was trained elsewhere was trained again") })
      #expect(session.count == dataset.corpus.speakers.count)
      #expect(session.map { $0.predictions.count } == cold.map { $0.predictions.count })
      #expect(session != cold)
    }
  }

  @Test("Results of other settings are refused, and what changed is named; speakers do not count")
  func otherSettings() throws {
    try TemporaryFolder.with { folder in
      _ = try FoldStore(folder, Self.settings(dataset.corpus))
      let settings = Self.settings(dataset.corpus)
      #expect(settings.experiment.training.heldOutSpeakers.isEmpty)
      _ = try FoldStore(folder, settings)
      func refusal(_ settings: CrossValidationSettings) -> String {
        let error = #expect(throws: OperationError.self) { try FoldStore(folder, settings) }
        #expect(error?.kind == .usage)
        return error?.description ?? ""
      }
      #expect(refusal(Self.settings(dataset.corpus, epochs: 2)).contains("settings: the configuration changed"))
      #expect(refusal(Self.settings(dataset.corpus, seed: 47)).contains("settings: the configuration changed"))
      #expect(refusal(Self.settings(dataset.corpus, shuffles: true)).contains("settings: --shuffle-labels changed"))
      #expect(refusal(Self.settings(dataset.corpus, version: "2")).contains("settings: the version of the program"))
      #expect(refusal(Self.settings(dataset.corpus, tried: .random10)).contains("settings: the protocol changed"))
      var corpus = dataset.corpus
      corpus.clips[0].emotion = 2
      #expect(refusal(Self.settings(corpus, tried: .random10)).contains("the protocol and the recordings changed"))
      try Data("{}".utf8).write(to: URL(filePath: "\(folder)/settings.json"))
      let damaged = #expect(throws: OperationError.self) { try FoldStore(folder, Self.settings(dataset.corpus)) }
      #expect(damaged?.kind == .badData)
      let file = "\(folder)/file"
      try Data().write(to: URL(filePath: file))
      let blocked = #expect(throws: OperationError.self) { try FoldStore(file, Self.settings(dataset.corpus)) }
      #expect(blocked?.kind == .inputOutput)
    }
  }

  @Test("Calibration and sessions change what is heard of adaptive networks, and each clip is heard once")
  func sessionHistory() throws {
    let recognizer = try LiveParityTests.recognizer(statistics: dataset.rows[0][0].statistics)
    let clips = dataset.corpus.clips.indices.filter { dataset.corpus.clips[$0].speaker == "7" }
    let known = Array(clips[..<3])
    let tested = Array(clips[3...])
    let cold = recognizer.predictions(dataset, tested)
    #expect(cold.map(\.path) == tested.map { dataset.corpus.clips[$0].path })
    let calibrated = recognizer.predictions(dataset, tested, before: .calibration(["7": known]))
    let session = recognizer.predictions(dataset, tested, before: .session(seed: 1))
    for other in [calibrated, session] {
      #expect(other.map(\.path) == cold.map(\.path))
      #expect(other.map(\.emotions) != cold.map(\.emotions))
      // The gender head does not adapt.
      #expect(other.map(\.genders) == cold.map(\.genders))
    }
    // Each clip of a calibrated speaker is a session of its own.
    let reversed = recognizer.predictions(dataset, tested.reversed(), before: .calibration(["7": known]))
    #expect(Array(reversed.reversed()) == calibrated)
    // Whoever has no calibration clips is heard as a stranger.
    #expect(recognizer.predictions(dataset, tested, before: .calibration(["8": known])) == cold)
    // It is what a session is that begins with the profile that those clips make.
    let speech = known.reduce(into: FeatureStatistics(width: 16)) { $0.add(dataset.rows[$1][0].statistics) }
    let profile = VoiceProfile(speech, madeWith: dataset.configuration)
    #expect(recognizer.predictions(dataset, tested, profile: profile) == calibrated)
  }

  @Test("Sessions hold each clip once: of a speaker, of a speaker in one mood, or alone")
  func sessions() {
    let clips = dataset.corpus.clips.indices.filter { ["7", "8"].contains(dataset.corpus.clips[$0].speaker) }
    func cut(_ before: SessionHistory, by property: (Clip) -> String) {
      let sessions = before.sessions(clips, of: dataset.corpus)
      #expect(sessions.flatMap { $0 }.sorted() == clips)
      let properties = sessions.map { Set($0.map { property(dataset.corpus.clips[$0]) }) }
      #expect(properties.allSatisfy { $0.count == 1 } && Set(properties).count == sessions.count)
    }
    cut(.nothing) { $0.path }
    cut(.calibration(["7": [clips[0]]])) { $0.path }
    cut(.session(seed: 1)) { $0.speaker }
    cut(.mood(seed: 1)) { "\($0.speaker) \($0.emotion)" }
  }

  @Test("Means and deviations over folds and seeds are those of the parts")
  func summary() {
    func result(_ fold: Int, _ seed: UInt64, right: Int) -> FoldResult {
      var predictions: [Prediction] = []
      for clip in 0..<10 {
        var prediction = Prediction(Clip(path: "\(clip)", speaker: "\(fold)", emotion: clip % 2, gender: 0))
        let sure: Float = (clip < right) == (clip % 2 == 0) ? 0.8 : 0.2
        prediction.emotions = ["a": [sure, 1 - sure], "ensemble": [sure, 1 - sure]]
        predictions.append(prediction)
      }
      return FoldResult(
        fold: fold, seed: seed, trainingClips: 20, validationClips: 10, parameters: ["a": 7], votes: ["a": 1],
        predictions: predictions)
    }
    let summary = CrossValidationSummary(
      [result(0, 46, right: 10), result(1, 46, right: 6), result(0, 47, right: 8), result(1, 47, right: 4)],
      emotions: ["x", "y"], genders: ["female", "male"])
    #expect(summary.folds.map(\.seed) == [46, 46, 47, 47])
    #expect(summary.folds.map { $0.networks["a"]!.accuracy } == [1, 0.6, 0.8, 0.4])
    #expect(summary.folds[1].testSpeakers == ["1"])
    #expect(summary.gender == nil && summary.genderPool == nil)
    let first = summary.seeds[0].networks["ensemble"]!
    #expect(abs(first.mean.accuracy - 0.8) < 1e-12)
    #expect(abs(first.spread!.accuracy - 0.08.squareRoot()) < 1e-12)
    let all = summary.networks["ensemble"]!
    #expect(abs(all.mean.accuracy - 0.7) < 1e-12)
    #expect(abs(all.spread!.accuracy - 0.02.squareRoot()) < 1e-12)
    #expect(abs(summary.pool["ensemble"]!.accuracy - 0.7) < 1e-12 && summary.pool["ensemble"]!.clips == 40)
    let alone = CrossValidationSummary([result(0, 46, right: 8)], emotions: ["x", "y"], genders: [])
    #expect(alone.networks["a"]!.spread == nil && alone.seeds[0].networks["a"]!.spread == nil)
  }

  @Test("Groups are told apart by gender, speaker, intensity and statement")
  func audit() {
    var corpus = Corpus.nominal
    corpus.statements = RAVDESS.statements
    var predictions = corpus.clips.prefix(120).map(Prediction.init)
    for index in predictions.indices {
      var probabilities = [Float](repeating: 0, count: 8)
      // Women are recognised, men are taken for neutral.
      probabilities[predictions[index].gender == 0 ? predictions[index].emotion : 0] = 1
      predictions[index].emotions["ensemble"] = probabilities
    }
    predictions[0].intensity = nil
    let audit = BiasAudit(predictions, corpus)
    #expect(audit.all.clips == 120 && audit.all.speakers == 2)
    #expect(audit.byGender.map(\.name) == ["female", "male"])
    #expect(audit.byGender.map(\.unweightedAverageRecall) == [1, 0.125])
    #expect(abs(audit.byGender[1].accuracy - 4.0 / 60) < 1e-12)
    #expect(audit.bySpeaker.map(\.name) == ["1", "2"])
    #expect(audit.byIntensity.map(\.name) == ["normal", "strong"])
    #expect(audit.byIntensity.map(\.clips) == [63, 56])
    #expect(audit.byStatement.map(\.name) == RAVDESS.statements)
    #expect(audit.byStatement.map(\.clips) == [60, 60])
  }
}
