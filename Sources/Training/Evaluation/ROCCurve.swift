/// The receiver operating characteristic of one label against the rest: the share of the label's clips that reach a
/// threshold, over the share of other clips that do.
public struct ROCCurve: Sendable, Equatable {
  /// A threshold and the shares of clips that reach it.
  public struct Point: Sendable, Equatable {
    /// Infinite for the first point, which no clip reaches.
    public var threshold: Float
    /// Share of the other clips, 0…1.
    public var falsePositives: Double
    /// Share of the label's clips, 0…1.
    public var truePositives: Double
  }

  /// From (0, 0) to (1, 1), one for each occurring probability.
  public let points: [Point]

  /// - Parameter scores: a probability for each clip and whether it has the label. nil where all have it, or none.
  public init?(_ scores: [(probability: Float, isPositive: Bool)]) {
    let positives = scores.count { $0.isPositive }
    let negatives = scores.count - positives
    guard positives > 0, negatives > 0 else { return nil }
    var points = [Point(threshold: .infinity, falsePositives: 0, truePositives: 0)]
    var (found, mistaken) = (0, 0)
    let sorted = scores.sorted { $0.probability > $1.probability }
    for (index, score) in sorted.enumerated() {
      if score.isPositive { found += 1 } else { mistaken += 1 }
      // Clips with the same probability form one point.
      if index + 1 < sorted.count, sorted[index + 1].probability == score.probability { continue }
      points.append(
        Point(
          threshold: score.probability, falsePositives: Double(mistaken) / Double(negatives),
          truePositives: Double(found) / Double(positives)))
    }
    self.points = points
  }

  /// The area under the curve, 0…1: the probability that a clip with the label gets a higher score than one without
  /// (Hanley and McNeil 1982).
  public var area: Double {
    zip(points, points.dropFirst()).reduce(0) { area, pair in
      area + (pair.1.falsePositives - pair.0.falsePositives) * (pair.0.truePositives + pair.1.truePositives) / 2
    }
  }
}

extension Posteriors {
  /// The curve of a label against all others; nil where all clips have the label, or none.
  public func rocCurve(_ label: Int) -> ROCCurve? {
    ROCCurve(zip(probabilities, labels).map { ($0[label], $1 == label) })
  }

  /// The mean area under the curves of the labels that have one; nil where none has.
  public var macroArea: Double? {
    let areas = (0..<classes).compactMap { rocCurve($0)?.area }
    return areas.isEmpty ? nil : areas.reduce(0, +) / Double(areas.count)
  }
}
