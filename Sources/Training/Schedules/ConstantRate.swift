/// A constant learning rate.
struct ConstantRate: Schedule {
  let highest: Float

  func rate(at step: Int) -> Float { highest }
}
