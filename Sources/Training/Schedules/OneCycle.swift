import Glibc

/// A learning rate that rises and then falls to nearly 0, along cosines (Smith and Topin 2018; the form of PyTorch's
/// `OneCycleLR`).
struct OneCycle: Schedule {
  private let highest: Float
  /// The steps with the highest and with the lowest rate; may be fractional.
  private let peak: Float
  private let end: Float
  /// The start is the highest rate divided by this, the end the start divided by 10⁴.
  private static let startDivisor: Float = 25
  private static let endDivisor: Float = 1e4

  init(highest: Float, steps: Int, warmUp: Float) {
    self.highest = highest
    peak = max(Float(steps) * warmUp - 1, 0)
    end = Float(steps - 1)
  }

  func rate(at step: Int) -> Float {
    let step = Float(step)
    let start = highest / Self.startDivisor
    if step < peak { return cosine(from: start, to: highest, step / peak) }
    guard end > peak else { return highest }
    return cosine(from: highest, to: start / Self.endDivisor, min((step - peak) / (end - peak), 1))
  }

  private func cosine(from: Float, to: Float, _ part: Float) -> Float {
    to + (from - to) * (1 + cosf(.pi * part)) / 2
  }
}
