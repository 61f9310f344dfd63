import Models
import Testing

@testable import Streaming
@testable import Training

@Suite("Emotional speech")
struct EmotionalSpeechTests {
  let dataset: Dataset

  init() throws {
    dataset = try SyntheticVoices.dataset.get()
  }

  func clips(_ speakers: Set<String>, _ emotions: Set<Int> = [0, 2, 3]) -> [Int] {
    dataset.corpus.clips.indices.filter { index in
      let clip = dataset.corpus.clips[index]
      return speakers.contains(clip.speaker) && emotions.contains(clip.emotion)
    }
  }

  func statistics(_ clips: [Int]) -> FeatureStatistics {
    clips.reduce(into: FeatureStatistics(width: 16)) { $0.add(dataset.rows[$1][0].statistics) }
  }

  /// Columns are up to some hundred, and sums of a hundred rows lose 1e-5 of that in single precision.
  func isNear(_ first: [Float], _ second: [Float]) -> Bool {
    zip(first, second).allSatisfy { abs($0 - $1) < 1e-3 * max(1, abs($0)) }
  }

  @Test("Of one speaker it is what lies between the clips of an emotion and all, and 0 and 1 where there are none")
  func alone() {
    let offsets = EmotionalSpeech(dataset, clips(["3"])).offsets
    let all = statistics(clips(["3"]))
    for emotion in 0..<8 {
      let own = statistics(clips(["3"], [emotion]))
      let columns = emotion * 16..<(emotion + 1) * 16
      if own.weight == 0 {
        #expect(offsets.mean[columns].allSatisfy { $0 == 0 } && offsets.variance[columns].allSatisfy { $0 == 1 })
      } else {
        #expect(isNear(Array(offsets.mean[columns]), zip(own.mean, all.mean).map { $0 - $1 }))
        #expect(isNear(Array(offsets.variance[columns]), zip(own.variance, all.variance).map { $0 / $1 }))
      }
    }
    // Taking out a clip's own emotion leads from it to all speech.
    var neutral = statistics(clips(["3"], [0]))
    let certain = (0..<8).map { $0 == 0 ? 1 : 0 as Float }
    offsets.remove(certain.span, from: &neutral)
    #expect(isNear(neutral.mean, all.mean) && isNear(neutral.variance, all.variance))
  }

  @Test("Voices that lack an emotion do not move it, nor does how many a speaker has")
  func balance() {
    func mean(_ chosen: [Int]) -> [Float] { Array(EmotionalSpeech(dataset, chosen).offsets.mean[..<16]) }
    let one = mean(clips(["1"]))
    #expect(mean(clips(["1"]) + clips(["2", "3"], [2, 3])) == one)
    let other = mean(clips(["2"]))
    #expect(isNear(mean(clips(["1", "2"])), zip(one, other).map { ($0 + $1) / 2 }))
  }

  @Test("Training keeps it in the model, of the training clips alone")
  func trained() throws {
    let split = try Split(dataset.corpus, TrainerTests.short())
    let trainer = RecognizerTrainer(
      dataset, split, TrainerTests.short(epochs: 1), stateDirectory: nil, stop: .init())
    let recognizer = try #require(try trainer.train { _ in })
    #expect(recognizer.offsets == EmotionalSpeech(dataset, split.training).offsets)
    // A network that votes alone begins with the same profile.
    #expect(recognizer.only(recognizer.networks[0]).offsets == recognizer.offsets)
  }
}
