/// What one fold of a cross-validation gave.
public struct FoldResult: Sendable, Codable, Equatable {
  /// Counted from 0.
  public var fold: Int
  /// Of everything that chance decided.
  public var seed: UInt64
  /// Clips that were learnt from, and clips for the temperatures.
  public var trainingClips: Int
  public var validationClips: Int
  /// Trained numbers of each network, by its name.
  public var parameters: [String: Int]
  /// Weight of each emotion network's vote, by its name.
  public var votes: [String: Float]
  /// Of each test clip.
  public var predictions: [Prediction]
  /// Of the same clips without the calibration or adaptation that the protocol tests; nil where it tests neither.
  public var plain: [Prediction]?

  /// The result as it would be without calibration or adaptation; nil where the protocol tests neither.
  public var withoutPersonalization: FoldResult? {
    guard let plain else { return nil }
    var result = self
    result.predictions = plain
    result.plain = nil
    return result
  }
}
