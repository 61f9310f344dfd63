import TestSupport
import Testing

@testable import Streaming

@Suite struct EmotionPriorsTests {
  private static let emotions = ["neutral", "happy", "sad", "angry"]

  @Test func factorsMultiplyAndTheSumStays() throws {
    var posterior: [Float] = [0.25, 0.5, 0.125, 0.125]
    try EmotionPriors([("neutral", 4), ("happy", 0.5)], of: Self.emotions).adjust(&posterior)
    // 1, 0.25, 0.125 and 0.125, divided by their sum.
    for (found, expected) in zip(posterior, [2.0 / 3, 1.0 / 6, 1.0 / 12, 1.0 / 12] as [Float]) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  @Test func withoutFactorsNothingChanges() throws {
    let before: [Float] = [0.1, 0.2, 0.3, 0.4000001]
    for priors in [EmotionPriors(Self.emotions), try EmotionPriors([("sad", 1)], of: Self.emotions)] {
      var posterior = before
      priors.adjust(&posterior)
      #expect(posterior == before, "the same bits")
    }
  }

  /// What is impossible by the posterior stays so, and what is certain as well.
  @Test func certaintyStays() throws {
    var posterior: [Float] = [0, 0, 0, 1]
    try EmotionPriors([("neutral", 1000), ("angry", 0.001)], of: Self.emotions).adjust(&posterior)
    #expect(posterior == [0, 0, 0, 1])
  }

  @Test(
    arguments: [
      ([("neutrl", 2)], "did you mean 'neutral'?"), ([("sad", 2), ("sad", 3)], "'sad' is named twice"),
      ([("sad", 0)], "must be between 0.001 and 1000, not 0.0"), ([("sad", -1)], "not -1.0"),
      ([("sad", 1001)], "not 1001.0"), ([("sad", .nan)], "not nan"),
    ] as [([(String, Float)], String)])
  func whatCannotBeIsSaid(factors: [(String, Float)], words: String) {
    let error = #expect(throws: ConfigurationError.self) {
      _ = try EmotionPriors(factors.map { (emotion: $0.0, factor: $0.1) }, of: Self.emotions)
    }
    #expect(error?.key == "priors" && error?.message.contains(words) == true, "\(error!)")
  }

  @Test func whatAStreamThinksIsAdjusted() throws {
    let plain = try Recognizers.tiny(seed: 46)
    let priors = try EmotionPriors([("emotion 1", 5)], of: plain.labels.emotions)
    var expecting = plain
    expecting.expect(priors)
    var (before, after) = (Recognition(plain), Recognition(expecting))
    before.utteranceBegan(row: 0)
    after.utteranceBegan(row: 0)
    for row in 0..<10 {
      let features: [Float] = [Float(row), -30, 0.5]
      before.utterance(row: row, features.span)
      after.utterance(row: row, features.span)
      var expected = before.posterior
      priors.adjust(&expected)
      #expect(after.posterior == expected && expected != before.posterior)
    }
  }
}
