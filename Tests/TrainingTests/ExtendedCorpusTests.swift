import Support
import Testing

@testable import Streaming
@testable import Training

@Suite("Corpora that only train, beside those that are tested")
struct ExtendedCorpusTests {
  typealias Corpora = TransferCorpusTests

  @Test("Emotions that are not tested are left out; calm is neutral where nobody tests calm")
  func emotions() throws {
    let tested = Corpora.corpus("tested", ["neutral", "happy", "angry"])
    let extra = Corpora.corpus("extra", ["neutral", "calm", "angry", "disgust"])
    let extended = try ExtendedCorpus(tested, extra: [extra])
    let labels = Corpora().labels(extended.corpus)
    #expect(extended.corpus.labels.emotions == ["neutral", "happy", "angry"])
    #expect(labels["extra-1-1"] == "neutral" && labels["extra-1-2"] == "angry" && labels["extra-1-3"] == nil)
    #expect(extended.extraSpeakers == ["extra/1", "extra/2", "extra/3", "extra/4"])
    let calm = try ExtendedCorpus(Corpora.corpus("tested", ["neutral", "calm", "angry"]), extra: [extra])
    #expect(Corpora().labels(calm.corpus)["extra-1-1"] == "calm")
  }

  @Test("The folds are those without them, and they train in each", arguments: [EvaluationProtocol.loso, .random10])
  func folds(evaluationProtocol: EvaluationProtocol) throws {
    let tested = Corpora.corpus("tested", ["happy", "sad", "angry"], speakers: 12)
    let extended = try ExtendedCorpus(tested, extra: [Corpora.corpus("extra", ["sad", "angry"])])
    func paths(_ clips: [Int], _ corpus: Corpus) -> [String] { clips.map { corpus.clips[$0].path } }
    let plain = try evaluationProtocol.folds(tested, seed: 3)
    let folds = try evaluationProtocol.folds(extended.corpus, seed: 3, extraSpeakers: extended.extraSpeakers)
    #expect(plain.count == folds.count)
    for (plain, fold) in zip(plain, folds) {
      #expect(paths(fold.test, extended.corpus) == paths(plain.test, tested))
      #expect(paths(fold.validation, extended.corpus) == paths(plain.validation, tested))
      let training = paths(fold.training, extended.corpus)
      #expect(training.filter { $0.hasPrefix("tested") } == paths(plain.training, tested))
      #expect(training.count { $0.hasPrefix("extra") } == 8)
      try fold.check(extended.corpus, speakersApart: evaluationProtocol == .loso)
    }
  }

  @Test("Speakers who are tested, or nothing to learn, are refused")
  func refused() {
    let tested = Corpora.corpus("tested", ["happy", "sad"])
    let same = #expect(throws: OperationError.self) { try ExtendedCorpus(tested, extra: [tested]) }
    #expect(same?.description.contains("has the speakers that are tested") == true)
    let strange = #expect(throws: OperationError.self) {
      try ExtendedCorpus(tested, extra: [Corpora.corpus("other", ["angry", "bored"])])
    }
    #expect(strange?.description.contains("other has none of the emotions happy, sad") == true)
  }
}
