import Glibc

/// Accuracy of clips with similar confidence (the probability of the predicted label).
public struct Reliability: Sendable, Equatable, Codable {
  /// Clips whose confidence lies above `low` and up to `high`.
  public struct Bin: Sendable, Equatable, Codable {
    public var low: Double
    public var high: Double
    public var count = 0
    /// Mean confidence, 0…1; 0 without clips.
    public var confidence = 0.0
    /// Share of the clips with a correct prediction, 0…1; 0 without clips.
    public var accuracy = 0.0
  }

  /// From 0 to 1, of equal width.
  public let bins: [Bin]

  /// - Parameter count: number of bins; published results use 15 (Guo et al. 2017).
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

  /// The expected calibration error, 0…1: the mean distance between confidence and accuracy, weighted by the clips of
  /// each bin (Guo et al. 2017); 0 without clips.
  public var calibrationError: Double {
    let count = bins.reduce(0) { $0 + $1.count }
    return bins.reduce(0) { $0 + Double($1.count) * abs($1.confidence - $1.accuracy) } / Double(max(count, 1))
  }
}

extension Posteriors {
  /// The mean negative logarithm of the true label's probability, in nats; 0 without clips.
  ///
  /// Probabilities are bounded below by single precision's epsilon, so that one clip cannot make the mean infinite.
  public var logLoss: Double {
    let smallest = Double(Float.ulpOfOne)
    return zip(probabilities, labels).reduce(0) { sum, clip in
      sum - log(min(max(Double(clip.0[clip.1]), smallest), 1 - smallest))
    } / Double(max(count, 1))
  }
}
