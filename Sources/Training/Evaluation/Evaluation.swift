/// The confusion matrices of some clips.
public struct Evaluation: Sendable, Equatable {
  public var emotion: ConfusionMatrix
  /// Without a gender network, all clips count as without a prediction.
  public var gender: ConfusionMatrix
}
