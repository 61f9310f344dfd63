/// The learning rate of each step.
protocol Schedule: Sendable {
  /// The rate of step `step`, counted from 0.
  func rate(at step: Int) -> Float
}
