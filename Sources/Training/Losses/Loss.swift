/// The loss of a batch's scores, and its gradient.
protocol Loss: Sendable {
  /// The divisor of a batch's loss: the total weight of its rows. A row without a label has weight 0.
  func weight(_ targets: LossTargets) -> Float

  /// The part of a batch's loss from some of its rows.
  ///
  /// - Parameters:
  ///   - scores: [rows × classes], before the softmax.
  ///   - targets: of as many rows.
  ///   - total: the weight of the whole batch, above 0.
  ///   - gradient: receives the gradient of the batch's loss with respect to the scores, [rows × classes].
  func evaluate(_ scores: [Float], _ targets: LossTargets, total: Float, gradient: inout [Float]) -> Float
}

extension Loss {
  /// The mean loss of a whole batch; 0 for a batch without labels.
  func evaluate(_ scores: [Float], _ targets: LossTargets, gradient: inout [Float]) -> Float {
    evaluate(scores, targets, total: max(weight(targets), .leastNormalMagnitude), gradient: &gradient)
  }
}
