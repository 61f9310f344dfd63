/// The weighted sum of the losses of a network's heads. The first head is the network's own target.
struct MultiTaskLoss: Sendable {
  /// The score columns and the loss of one head.
  struct Head: Sendable {
    /// Its columns of the scores.
    var columns: Range<Int>
    /// Its weight relative to the others.
    var weight: Float
    var loss: any Loss
  }

  /// With consecutive columns.
  let heads: [Head]

  /// The loss of a network with one head.
  init(_ loss: any Loss, classes: Int) {
    self.init(heads: [Head(columns: 0..<classes, weight: 1, loss: loss)])
  }

  init(heads: [Head]) {
    precondition(!heads.isEmpty, "a network without a target")
    self.heads = heads
  }

  /// The divisors of a batch's losses, head by head.
  ///
  /// - Parameter targets: one per head.
  func totals(_ targets: [LossTargets]) -> [Float] { zip(heads, targets).map { $0.loss.weight($1) } }

  /// The part of a batch's loss from some of its rows.
  ///
  /// - Parameters:
  ///   - scores: [rows × all columns], before the softmax.
  ///   - targets: one per head.
  ///   - totals: of the whole batch.
  ///   - gradient: receives the gradient of the batch's loss with respect to the scores.
  /// - Returns: the loss, and the number of rows where the first head has its highest score at the label.
  func evaluate(
    _ scores: [Float], _ targets: [LossTargets], totals: [Float], gradient: inout [Float]
  ) -> (loss: Float, correct: Int) {
    let rows = targets[0].labels.count
    let width = heads[heads.count - 1].columns.upperBound
    gradient.resize(to: scores.count)
    var sum: Float = 0
    var correct = 0
    for (index, head) in heads.enumerated() {
      var part = scores
      if heads.count > 1 {
        part = (0..<rows).flatMap { row in
          scores[row * width..<(row + 1) * width].dropFirst(head.columns.lowerBound).prefix(head.columns.count)
        }
      }
      if index == 0 { correct = hits(part, targets[0]) }
      var change = [Float](repeating: 0, count: part.count)
      if totals[index] > 0 {
        sum += head.weight * head.loss.evaluate(part, targets[index], total: totals[index], gradient: &change)
      }
      for row in 0..<rows {
        for (place, column) in head.columns.enumerated() {
          gradient[row * width + column] = head.weight * change[row * head.columns.count + place]
        }
      }
    }
    return (sum, correct)
  }

  private func hits(_ scores: [Float], _ targets: LossTargets) -> Int {
    let classes = scores.count / max(targets.labels.count, 1)
    return targets.labels.enumerated().count { row, label in
      guard let label else { return false }
      let range = row * classes..<(row + 1) * classes
      return range.allSatisfy { scores[$0] <= scores[range.lowerBound + label] || !targets.allows($0) }
    }
  }
}
