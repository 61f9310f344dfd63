/// The same learning rate all the time.
struct ConstantRate: Schedule {
  let highest: Float

  func rate(at step: Int) -> Float { highest }
}
