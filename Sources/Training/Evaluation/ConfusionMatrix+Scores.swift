/// Precision, recall and F1, of one label or as a mean over labels; each 0…1.
public struct PrecisionRecall: Sendable, Equatable, Codable {
  /// Share of the predictions of the label that are correct; 0 where there were none.
  public var precision = 0.0
  /// Share of the label's clips that were predicted as it; 0 where there were none.
  public var recall = 0.0
  /// The harmonic mean of the two; 0 where both are.
  public var f1 = 0.0

  mutating func add(_ other: PrecisionRecall, share: Double) {
    precision += share * other.precision
    recall += share * other.recall
    f1 += share * other.f1
  }
}

extension ConfusionMatrix {
  /// Clips that were predicted as the given label, correctly or not.
  public func predictedTotal(_ predicted: Int) -> Int {
    (0..<classes).reduce(0) { $0 + self[$1, predicted] }
  }

  /// Precision, recall and F1 of one label.
  public func scores(_ label: Int) -> PrecisionRecall {
    let correct = Double(self[label, label])
    let actual = total(label)
    let predicted = predictedTotal(label)
    return PrecisionRecall(
      precision: predicted == 0 ? 0 : correct / Double(predicted), recall: actual == 0 ? 0 : correct / Double(actual),
      f1: actual + predicted == 0 ? 0 : 2 * correct / Double(actual + predicted))
  }

  /// The mean over the labels that occurred, with equal weights.
  public var macroMean: PrecisionRecall {
    let present = (0..<classes).filter { total($0) > 0 }
    return present.reduce(into: PrecisionRecall()) { $0.add(scores($1), share: 1 / Double(present.count)) }
  }

  /// The mean over the labels, weighted by their clips.
  public var weightedMean: PrecisionRecall {
    let all = max(counts.reduce(0, +), 1)
    return (0..<classes).reduce(into: PrecisionRecall()) {
      $0.add(scores($1), share: Double(total($1)) / Double(all))
    }
  }

  /// Clips without a prediction.
  public var unheard: Int {
    (0..<classes).reduce(0) { $0 + self[$1, classes] }
  }
}
