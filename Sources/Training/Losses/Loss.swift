/// What the scores of a batch cost, and how the cost changes with them.
protocol Loss: Sendable {
  /// What the loss of a batch is divided by: how much its rows count together. A row without a label counts nothing.
  func weight(_ targets: LossTargets) -> Float

  /// The part of a batch's loss that some of its rows have.
  ///
  /// - Parameters:
  ///   - scores: [rows × classes], before the softmax.
  ///   - targets: of as many rows.
  ///   - total: the weight of the whole batch, above 0.
  ///   - gradient: receives the gradient of the batch's loss with respect to the scores, [rows × classes].
  func evaluate(_ scores: [Float], _ targets: LossTargets, total: Float, gradient: inout [Float]) -> Float
}

extension Loss {
  /// The mean loss of a whole batch; 0 of a batch without labels.
  func evaluate(_ scores: [Float], _ targets: LossTargets, gradient: inout [Float]) -> Float {
    evaluate(scores, targets, total: max(weight(targets), .leastNormalMagnitude), gradient: &gradient)
  }
}
