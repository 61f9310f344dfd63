/// A learning rate that is multiplied by `factor` after every `every` steps (PyTorch's `StepLR`).
struct StepDecay: Schedule {
  let highest: Float
  /// Steps between two changes, at least 1.
  let every: Int
  let factor: Float

  func rate(at step: Int) -> Float {
    var rate = highest
    for _ in 0..<step / every { rate *= factor }
    return rate
  }
}
