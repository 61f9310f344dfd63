import FoundationEssentials
import Models
import TestSupport
import Testing

@testable import Streaming

@Suite struct EmotionPriorsTests {
  private static let emotions = ["neutral", "happy", "sad", "angry"]

  @Test func factorsMultiplyAndTheSumStays() throws {
    let weights = try #require(EmotionPriors(["neutral": 4, "happy": 0.5, "bored": 9]).weights(of: Self.emotions))
    #expect(weights == [4, 0.5, 1, 1], "what the recognizer does not know is passed over")
    var posterior: [Float] = [0.25, 0.5, 0.125, 0.125]
    EmotionPriors.adjust(&posterior, by: weights)
    // 1, 0.25, 0.125 and 0.125, divided by their sum.
    for (found, expected) in zip(posterior, [2.0 / 3, 1.0 / 6, 1.0 / 12, 1.0 / 12] as [Float]) {
      #expect(abs(found - expected) < 1e-6)
    }
  }

  @Test(arguments: [[:], ["sad": 1], ["bored": 9], ["neutral": 3, "happy": 3, "sad": 3, "angry": 3]])
  func whereAllAreAlikeNothingIsToBeDone(factors: [String: Float]) {
    #expect(EmotionPriors(factors).weights(of: Self.emotions) == nil)
  }

  /// What is impossible by the posterior stays so, and what is certain as well.
  @Test func certaintyStays() {
    var posterior: [Float] = [0, 0, 0, 1]
    EmotionPriors.adjust(&posterior, by: [1000, 1, 1, 0.001])
    #expect(posterior == [0, 0, 0, 1])
  }

  @Test(
    arguments: [
      (["sad": 0], "must be between 0.001 and 1000, not 0.0"), (["sad": -1], "not -1.0"), (["sad": 1001], "not 1001.0"),
      (["sad": .nan], "not nan"),
    ] as [([String: Float], String)])
  func factorsOutOfRangeAreRefused(factors: [String: Float], words: String) {
    let error = #expect(throws: ConfigurationError.self) { try EmotionPriors(factors).validate() }
    #expect(error?.key == "priors" && error?.message.contains(words) == true, "\(error!)")
  }

  @Test func unknownEmotionsAreRefusedByName() throws {
    let error = #expect(throws: ConfigurationError.self) {
      try EmotionPriors(["neutrl": 2]).validate(for: Self.emotions)
    }
    #expect(error?.key == "priors" && error?.message.contains("did you mean 'neutral'?") == true, "\(error!)")
    try EmotionPriors(["neutral": 2]).validate(for: Self.emotions)
  }

  @Test func aConfigurationHasThemAsAMap() throws {
    var configuration = try Recognizers.tiny(seed: 46).configuration
    configuration.priors = EmotionPriors(["neutral": 2])
    let json = try JSONEncoder().encode(configuration)
    #expect(String(decoding: json, as: UTF8.self).contains(#""priors":{"neutral":2}"#))
    #expect(try JSONDecoder().decode(RecognizerConfiguration.self, from: json) == configuration)
  }

  @Test func whatAStreamThinksIsAdjusted() throws {
    let plain = try Recognizers.tiny(seed: 46)
    let priors = EmotionPriors(["emotion 1": 5])
    var expecting = plain
    expecting.replacePriors(priors)
    var (before, after) = (RecognizerSession(plain), RecognizerSession(expecting))
    before.utteranceBegan(row: 0)
    after.utteranceBegan(row: 0)
    for row in 0..<10 {
      let features: [Float] = [Float(row), -30, 0.5]
      before.utterance(row: row, features.span)
      after.utterance(row: row, features.span)
      var expected = before.posterior
      EmotionPriors.adjust(&expected, by: try #require(priors.weights(of: plain.labels.emotions)))
      #expect(after.posterior == expected && expected != before.posterior)
    }
  }
}
