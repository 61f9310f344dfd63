import Models
import Testing

@testable import Streaming
@testable import Training

@Suite("Neutral speech")
struct NeutralSpeechTests {
  let dataset: Dataset

  init() throws {
    dataset = try SyntheticVoices.dataset.get()
  }

  func clips(_ speakers: Set<String>, neutral: Bool? = nil) -> [Int] {
    dataset.corpus.clips.indices.filter { index in
      let clip = dataset.corpus.clips[index]
      return speakers.contains(clip.speaker) && (neutral == nil || (clip.emotion == 0) == neutral)
    }
  }

  func statistics(_ clips: [Int]) -> FeatureStatistics {
    clips.reduce(into: FeatureStatistics(width: 16)) { $0.add(dataset.rows[$1][0].statistics) }
  }

  /// Columns are up to some hundred, and sums of a hundred rows lose 1e-5 of that in single precision.
  func isNear(_ first: [Float], _ second: [Float]) -> Bool {
    zip(first, second).allSatisfy { abs($0 - $1) < 1e-3 * max(1, abs($0)) }
  }

  @Test("Of one speaker it is the statistics of the neutral clips")
  func alone() throws {
    let neutral = try #require(NeutralSpeech(dataset, clips(["3"])).statistics(among: statistics(clips(["3"]))))
    let expected = statistics(clips(["3"], neutral: true))
    #expect(isNear(neutral.mean, expected.mean))
    #expect(isNear(neutral.variance, expected.variance))
  }

  @Test("Voices that have no neutral clips do not move it, nor does how many a speaker has")
  func balance() throws {
    let all = statistics(clips(["1", "2", "3"]))
    func mean(_ chosen: [Int]) throws -> [Float] {
      try #require(NeutralSpeech(dataset, chosen).statistics(among: all)).mean
    }
    let one = try mean(clips(["1"]))
    #expect(try mean(clips(["1"]) + clips(["2", "3"], neutral: false)) == one)
    let both = try mean(clips(["1", "2"]))
    let other = try mean(clips(["2"]))
    #expect(isNear(both, zip(one, other).map { ($0 + $1) / 2 }))
    #expect(NeutralSpeech(dataset, clips(["1", "2"], neutral: false)).statistics(among: all) == nil)
  }

  @Test("Training keeps it in the model, of the training clips alone")
  func trained() throws {
    let split = try Split(dataset.corpus, TrainerTests.short())
    let trainer = RecognizerTrainer(
      dataset, split, TrainerTests.short(epochs: 1), stateDirectory: nil, stop: .init())
    let recognizer = try #require(try trainer.train { _ in })
    let expected = NeutralSpeech(dataset, split.training).statistics(among: recognizer.statistics)
    #expect(expected != nil && recognizer.neutral == expected)
    // A network that votes alone begins with the same profile.
    #expect(recognizer.only(recognizer.networks[0]).neutral == recognizer.neutral)
  }
}
