/// Which labels of some clips were taken for which.
public struct Evaluation: Sendable, Equatable {
  public var emotion: ConfusionMatrix
  /// All clips count as not heard where no network tells genders.
  public var gender: ConfusionMatrix
}
