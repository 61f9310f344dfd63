import Glibc

/// A learning rate that falls along half a cosine (Loshchilov and Hutter 2017; PyTorch's `CosineAnnealingLR`).
struct CosineDecay: Schedule {
  let highest: Float
  /// The rate one step after the last.
  let lowest: Float
  /// All steps, at least 1.
  let steps: Int

  func rate(at step: Int) -> Float {
    lowest + (highest - lowest) * (1 + cosf(.pi * Float(min(step, steps)) / Float(steps))) / 2
  }
}
