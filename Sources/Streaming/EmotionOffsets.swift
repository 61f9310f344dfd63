/// Differences between the feature statistics of speech in one emotion and those of all speech of a speaker, averaged
/// over the speakers of the training data.
///
/// A session may stay in one emotion for long, and a profile holds neutral speech. Subtracting the effect of the
/// emotion leaves the statistics of the voice.
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

  /// Removes the effect of the emotion from the statistics of a stretch of speech: mean − Σ p · offset, variance / Σ p
  /// · ratio.
  ///
  /// - Parameters:
  ///   - emotion: probability of each emotion, [emotions].
  ///   - share: the part of the effect that is removed, 0…1.
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
