/// The exponential moving average of the weights, running statistics among them, over the steps: what is learnt without
/// the last steps' noise (Polyak and Juditsky 1992; the form of PyTorch's `get_ema_multi_avg_fn`).
struct WeightAverage: Sendable {
  /// Share of the average that a step leaves, 0 ..< 1.
  let decay: Float
  /// Empty before the first step.
  var weights: [Float] = []

  /// Lets the average follow the weights after a step.
  mutating func follow(_ current: [Float]) {
    guard !weights.isEmpty else {
      weights = current
      return
    }
    for i in weights.indices { weights[i] += (1 - decay) * (current[i] - weights[i]) }
  }
}
