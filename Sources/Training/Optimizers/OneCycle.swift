import Glibc

/// A learning rate that rises for a while and then falls to nearly nothing, along cosines
/// (Smith and Topin 2018; the form of PyTorch's `OneCycleLR`).
struct OneCycle: Sendable {
  let highest: Float
  let steps: Int
  let warmUpSteps: Int
  /// The start is the highest rate divided by this, the end the start divided by 10⁴.
  private static let startDivisor: Float = 25
  private static let endDivisor: Float = 1e4

  init(highest: Float, steps: Int, warmUp: Float) {
    self.highest = highest
    self.steps = steps
    warmUpSteps = Int(Float(steps) * warmUp)
  }

  /// The rate of step `step`, counted from 0.
  func rate(at step: Int) -> Float {
    let start = highest / Self.startDivisor
    if step < warmUpSteps { return cosine(from: start, to: highest, Float(step) / Float(max(warmUpSteps, 1))) }
    let falling = Float(step - warmUpSteps) / Float(max(steps - 1 - warmUpSteps, 1))
    return cosine(from: highest, to: start / Self.endDivisor, min(falling, 1))
  }

  private func cosine(from: Float, to: Float, _ part: Float) -> Float {
    to + (from - to) * (1 + cosf(.pi * part)) / 2
  }
}
