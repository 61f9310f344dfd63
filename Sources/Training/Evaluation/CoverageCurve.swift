/// The effect of a threshold of `uncertain`: with higher thresholds there are fewer predictions, and more of them are
/// correct (risk–coverage curve: El-Yaniv and Wiener 2010).
///
/// The confidence of a prediction is the probability of its label. A clip without a prediction has equal probabilities
/// of all labels, and counts as wrong.
public struct CoverageCurve: Sendable, Equatable {
  /// Coverage and accuracy at one threshold.
  public struct Point: Sendable, Equatable, Codable {
    /// Minimum confidence of predictions, 0…1.
    public var threshold: Double
    /// Share of the clips that reach it, 0…1.
    public var coverage: Double
    /// Share of these that are correct, 0…1; nil where there are none.
    public var accuracy: Double?
  }

  /// One for each occurring confidence, the highest first: coverage rises up to 1.
  public let points: [Point]

  /// - Parameter posteriors: of any number of clips; no clips give no points.
  public init(_ posteriors: Posteriors) {
    let predictions = posteriors.labels.indices.map { clip in
      (
        confidence: Double(posteriors.probabilities[clip].max()!),
        isRight: posteriors.predicted[clip] == posteriors.labels[clip]
      )
    }.sorted { $0.confidence > $1.confidence }
    var points: [Point] = []
    var right = 0
    for (index, prediction) in predictions.enumerated() {
      if prediction.isRight { right += 1 }
      // No threshold separates equal values.
      if index + 1 < predictions.count, predictions[index + 1].confidence == prediction.confidence { continue }
      let given = Double(index + 1)
      points.append(
        Point(
          threshold: prediction.confidence, coverage: given / Double(predictions.count), accuracy: Double(right) / given
        ))
    }
    self.points = points
  }

  /// The point of any threshold.
  public func at(_ threshold: Double) -> Point {
    guard var point = points.last(where: { $0.threshold >= threshold }) else {
      return Point(threshold: threshold, coverage: 0, accuracy: nil)
    }
    point.threshold = threshold
    return point
  }

  /// The area under the share of wrong predictions over the coverage (Geifman and El-Yaniv 2017): 0 is best, and
  /// uninformative confidences give the overall share of wrong predictions. 0 without clips.
  public var riskArea: Double {
    var area = 0.0
    var covered = 0.0
    for point in points {
      area += (point.coverage - covered) * (1 - point.accuracy!)
      covered = point.coverage
    }
    return area
  }
}
