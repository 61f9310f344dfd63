/// What a threshold of `uncertain` costs and gives: the surer a verdict must be, the fewer are given, and the more of these
/// are right (risk–coverage curve: El-Yaniv and Wiener 2010).
///
/// A verdict's confidence is the probability of the label that was heard. A clip in which nothing was heard has the
/// probability that all labels have then, and is never right.
public struct CoverageCurve: Sendable, Equatable {
  /// What comes of one threshold.
  public struct Point: Sendable, Equatable, Codable {
    /// Verdicts of at least this confidence are given, 0…1.
    public var threshold: Double
    /// Share of the clips that are given one, 0…1.
    public var coverage: Double
    /// Share of these that are right, 0…1; nil where none is given.
    public var accuracy: Double?
  }

  /// One for each confidence that occurs, the highest first: coverage rises up to 1.
  public let points: [Point]

  /// - Parameter posteriors: of any number of clips; there are no points of none.
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
      // No threshold lies between equals.
      if index + 1 < predictions.count, predictions[index + 1].confidence == prediction.confidence { continue }
      let given = Double(index + 1)
      points.append(
        Point(
          threshold: prediction.confidence, coverage: given / Double(predictions.count), accuracy: Double(right) / given
        ))
    }
    self.points = points
  }

  /// What comes of any threshold.
  public func at(_ threshold: Double) -> Point {
    guard var point = points.last(where: { $0.threshold >= threshold }) else {
      return Point(threshold: threshold, coverage: 0, accuracy: nil)
    }
    point.threshold = threshold
    return point
  }

  /// The area under the share of wrong verdicts among those that are given, over the coverage (Geifman and El-Yaniv 2017):
  /// 0 is best, and confidences that say nothing make it the share of all verdicts that are wrong. 0 of no clips.
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
