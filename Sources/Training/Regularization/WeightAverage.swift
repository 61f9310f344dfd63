/// The exponential moving average of the weights, including running statistics, over the steps, which removes the noise
/// of the last steps (Polyak and Juditsky 1992; the form of PyTorch's `get_ema_multi_avg_fn`).
struct WeightAverage: Sendable {
  /// Share of the average that a step keeps, 0 ..< 1.
  let decay: Float
  /// Empty before the first step.
  var weights: [Float] = []

  /// Updates the average with the weights after a step.
  mutating func follow(_ current: [Float]) {
    guard !weights.isEmpty else {
      weights = current
      return
    }
    for i in weights.indices { weights[i] += (1 - decay) * (current[i] - weights[i]) }
  }
}
