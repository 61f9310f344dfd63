/// Confusion matrix: rows are actual labels, columns predictions. A further column counts clips without a prediction,
/// which are errors.
public struct ConfusionMatrix: Sendable, Equatable, Codable {
  /// Number of labels.
  public let classes: Int
  /// [classes × (classes + 1)]
  public private(set) var counts: [Int]

  /// An empty matrix.
  public init(classes: Int) {
    self.classes = classes
    counts = Array(repeating: 0, count: classes * (classes + 1))
  }

  /// Counts one clip.
  ///
  /// - Parameters:
  ///   - actual: its label, 0 ..< classes.
  ///   - predicted: the prediction; nil where there is none.
  public mutating func add(actual: Int, predicted: Int?) {
    counts[actual * (classes + 1) + (predicted ?? classes)] += 1
  }

  /// Adds another matrix with the same number of classes.
  public mutating func add(_ other: ConfusionMatrix) {
    for i in counts.indices { counts[i] += other.counts[i] }
  }

  /// Clips with the label `actual` that were predicted as `predicted`; `classes` for those without a prediction.
  public subscript(actual: Int, predicted: Int) -> Int { counts[actual * (classes + 1) + predicted] }

  /// Clips with the given label.
  public func total(_ actual: Int) -> Int {
    (0...classes).reduce(0) { $0 + self[actual, $1] }
  }

  /// Share of the clips with a label that were predicted correctly; nil where there were none.
  public func recall(_ actual: Int) -> Double? {
    let total = total(actual)
    return total == 0 ? nil : Double(self[actual, actual]) / Double(total)
  }

  /// Share of all clips that were predicted correctly, 0…1; 0 for an empty matrix.
  public var accuracy: Double {
    let correct = (0..<classes).reduce(0) { $0 + self[$1, $1] }
    return Double(correct) / Double(max(counts.reduce(0, +), 1))
  }

  /// Unweighted average recall, 0…1: the mean recall of the labels that occurred (Schuller et al. 2009).
  public var unweightedAverageRecall: Double {
    let recalls = (0..<classes).compactMap(recall)
    return recalls.reduce(0, +) / Double(max(recalls.count, 1))
  }
}
