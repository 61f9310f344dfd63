import Foundation
import Models
import TestSupport
import Testing

@testable import Streaming
@testable import Training

@Suite(
  "Built-in model on RAVDESS",
  .enabled(if: ravdessFolder != nil, "neither $SER_RAVDESS nor ../shared/ravdess holds the recordings"))
struct RecordedRAVDESSTests {
  @Test("The corpus is whole, and voices that the networks were not trained on are recognised")
  func validationSpeakers() throws {
    var corpus = try RAVDESS.scan(#require(ravdessFolder))
    #expect(corpus.clips.count == 1440)
    #expect(corpus.remarks.isEmpty)
    #expect(corpus.speakers == (1...24).map(String.init))
    let counts = (0..<8).map { emotion in corpus.clips.count { $0.emotion == emotion } }
    #expect(counts == [96, 192, 192, 192, 192, 192, 192, 192])

    let recognizer = Recognizer.builtIn
    corpus = corpus.named(as: recognizer.provenance)
    // Nobody is held out of the built-in model; these actors served for the temperatures only, which change no verdict of
    // one network.
    let speakers = Set(recognizer.provenance.validationSpeakers).intersection(corpus.speakers)
    try #require(speakers.count == 2)
    corpus.clips.removeAll { !speakers.contains($0.speaker) }
    let dataset = try Dataset(corpus, configuration: recognizer.configuration, augmentation: nil)
    let result = recognizer.evaluate(dataset, Array(corpus.clips.indices))["ensemble"]!
    // Chance is 12.5 %.
    #expect(result.emotion.unweightedAverageRecall >= 0.55, "UAR \(result.emotion.unweightedAverageRecall)")
    #expect(result.gender.unweightedAverageRecall >= 0.9, "gender UAR \(result.gender.unweightedAverageRecall)")
  }
}
