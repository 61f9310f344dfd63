/// Predicted probabilities of clips with known labels: the basis of all scores.
public struct Posteriors: Sendable, Equatable {
  /// Number of labels.
  public let classes: Int
  /// The true label of each clip.
  public private(set) var labels: [Int] = []
  /// [clips][classes]; uniform where there is no prediction.
  public private(set) var probabilities: [[Float]] = []
  /// The most probable label, the first of equals; nil where there is no prediction.
  public private(set) var predicted: [Int?] = []

  /// Without clips.
  public init(classes: Int) {
    precondition(classes > 0, "labels to tell apart")
    self.classes = classes
  }

  /// Number of clips.
  public var count: Int { labels.count }

  /// Adds one clip.
  ///
  /// - Parameters:
  ///   - label: the actual label, 0 ..< classes.
  ///   - probabilities: [classes], summing to 1; empty or all 0 where there is no prediction.
  public mutating func add(label: Int, probabilities: [Float]) {
    precondition(0..<classes ~= label && (probabilities.isEmpty || probabilities.count == classes))
    labels.append(label)
    if probabilities.allSatisfy({ $0 == 0 }) {
      predicted.append(nil)
      self.probabilities.append(Array(repeating: 1 / Float(classes), count: classes))
    } else {
      predicted.append(probabilities.indices.max { probabilities[$0] < probabilities[$1] })
      self.probabilities.append(probabilities)
    }
  }

  /// The confusion matrix.
  public var confusion: ConfusionMatrix {
    var matrix = ConfusionMatrix(classes: classes)
    for (label, predicted) in zip(labels, predicted) { matrix.add(actual: label, predicted: predicted) }
    return matrix
  }
}
