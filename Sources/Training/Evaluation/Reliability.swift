import Glibc

/// How often clips are right that were given about the same confidence (the probability of the label that was heard).
public struct Reliability: Sendable, Equatable, Codable {
  /// Clips whose confidence lies above `low` and up to `high`.
  public struct Bin: Sendable, Equatable, Codable {
    public var low: Double
    public var high: Double
    public var count = 0
    /// Mean confidence, 0…1; 0 of no clips.
    public var confidence = 0.0
    /// Share of the clips that are right, 0…1; 0 of no clips.
    public var accuracy = 0.0
  }

  /// From 0 to 1, of equal width.
  public let bins: [Bin]

  /// - Parameter count: number of bins; 15 is what published figures use (Guo et al. 2017).
  public init(_ posteriors: Posteriors, bins count: Int = 15) {
    var bins = (0..<count).map { Bin(low: Double($0) / Double(count), high: Double($0 + 1) / Double(count)) }
    for (clip, label) in posteriors.labels.enumerated() {
      let confidence = Double(posteriors.probabilities[clip].max()!)
      let bin = bins.firstIndex { confidence <= $0.high } ?? count - 1
      bins[bin].count += 1
      bins[bin].confidence += confidence
      if posteriors.predicted[clip] == label { bins[bin].accuracy += 1 }
    }
    for bin in bins.indices where bins[bin].count > 0 {
      bins[bin].confidence /= Double(bins[bin].count)
      bins[bin].accuracy /= Double(bins[bin].count)
    }
    self.bins = bins
  }

  /// The expected calibration error, 0…1: the mean distance between confidence and accuracy, each bin counting by its
  /// clips (Guo et al. 2017); 0 of no clips.
  public var calibrationError: Double {
    let count = bins.reduce(0) { $0 + $1.count }
    return bins.reduce(0) { $0 + Double($1.count) * abs($1.confidence - $1.accuracy) } / Double(max(count, 1))
  }
}

extension Posteriors {
  /// The mean negative logarithm of the probability that was given to the true label, in nats; 0 of no clips.
  ///
  /// A probability counts as no smaller than single precision's epsilon, so that one clip cannot make it infinite.
  public var logLoss: Double {
    let smallest = Double(Float.ulpOfOne)
    return zip(probabilities, labels).reduce(0) { sum, clip in
      sum - log(min(max(Double(clip.0[clip.1]), smallest), 1 - smallest))
    } / Double(max(count, 1))
  }
}
