/// How a voice's speech in one emotion differs from all of its speech, on average over the speakers of the training data.
///
/// A session may stay in one mood for long, and a profile is of neutral speech. Less what the emotion did to them, their
/// statistics are those of the voice.
public struct EmotionOffsets: Sendable, Equatable {
  /// Mean in an emotion less mean of all, [emotions × columns]; 0 where no speaker had the emotion.
  public var mean: [Float]
  /// Variance in an emotion divided by that of all, [emotions × columns]; positive, 1 where no speaker had the emotion.
  public var variance: [Float]

  /// - Parameters: as long as each other.
  public init(mean: [Float], variance: [Float]) {
    precondition(mean.count == variance.count, "a variance for each mean")
    self.mean = mean
    self.variance = variance
  }

  /// Takes out of the statistics of some speech what its emotion did to them: mean − Σ p · offset, variance / Σ p · ratio.
  ///
  /// - Parameters:
  ///   - emotion: probability of each emotion, [emotions].
  ///   - share: how much is taken out, 0…1.
  ///   - speech: as wide as the offsets.
  package func remove(_ emotion: Span<Float>, share: Float = 1, from speech: inout FeatureStatistics) {
    let width = speech.mean.count
    for column in 0..<width {
      var offset: Float = 0
      var ratio: Float = 0
      for i in emotion.indices {
        offset += emotion[i] * mean[i * width + column]
        ratio += emotion[i] * variance[i * width + column]
      }
      speech.mean[column] -= share * offset
      speech.variance[column] /= share * ratio + 1 - share
    }
  }
}
