import Support
import Testing

@testable import Streaming
@testable import Training

@Suite("Corpora to train on and to test on")
struct TransferCorpusTests {
  static func corpus(_ name: String, _ emotions: [String], speakers: Int = 4) -> Corpus {
    var corpus = Corpus(
      name: name, licence: "terms of \(name)", labels: LabelSet(emotions: emotions, genders: ["female", "male"]),
      clips: [], skipped: [])
    for speaker in 1...speakers {
      for emotion in emotions.indices {
        corpus.clips.append(
          Clip(path: "\(name)-\(speaker)-\(emotion)", speaker: "\(speaker)", emotion: emotion, gender: speaker % 2))
      }
    }
    return corpus
  }

  /// What each clip is said to be, by its path.
  func labels(_ corpus: Corpus) -> [String: String] {
    Dictionary(uniqueKeysWithValues: corpus.clips.map { ($0.path, corpus.labels.emotions[$0.emotion]) })
  }

  @Test("Only emotions that both sides have are left; calm counts as neutral")
  func emotions() throws {
    let first = Self.corpus("a", ["neutral", "calm", "happy", "disgust"])
    let second = Self.corpus("b", ["surprised", "angry", "happy"])
    let test = Self.corpus("c", ["happy", "angry", "neutral", "bored"])
    let transfer = try TransferCorpus(training: [first, second], test: [test])
    #expect(transfer.corpus.labels.emotions == ["neutral", "happy", "angry"])
    let labels = labels(transfer.corpus)
    #expect(labels["a-1-0"] == "neutral" && labels["a-1-1"] == "neutral" && labels["a-1-2"] == "happy")
    #expect(labels["a-1-3"] == nil && labels["b-1-0"] == nil && labels["c-1-3"] == nil)
    #expect(labels["b-2-1"] == "angry" && labels["c-2-1"] == "angry" && labels["c-2-2"] == "neutral")
    #expect(labels.count == 4 * (3 + 2 + 3))
    #expect(transfer.testSpeakers == ["c/1", "c/2", "c/3", "c/4"])
    #expect(transfer.corpus.clips.allSatisfy { $0.path.hasPrefix("c") == transfer.testSpeakers.contains($0.speaker) })
    #expect(
      transfer.corpus.clips.allSatisfy { $0.gender == ($0.speaker.hasSuffix("1") || $0.speaker.hasSuffix("3") ? 1 : 0) }
    )
  }

  @Test("The same speakers on both sides, or nothing in common to tell apart, are refused")
  func refused() {
    var speech = Self.corpus("speech", ["happy", "sad"])
    var song = Self.corpus("song", ["happy", "sad"])
    speech.sources[0].prefix = "actors"
    song.sources[0].prefix = "actors"
    let same = #expect(throws: OperationError.self) { try TransferCorpus(training: [speech], test: [song]) }
    #expect(same?.kind == .usage)
    #expect(same?.description.contains("speech and song have the same speakers") == true)
    let strange = #expect(throws: OperationError.self) {
      try TransferCorpus(
        training: [Self.corpus("a", ["happy", "sad"])], test: [Self.corpus("b", ["happy", "angry", "calm"])])
    }
    #expect(strange?.kind == .badData)
    #expect(strange?.description.contains("one has happy, sad, the other") == true)
  }
}
