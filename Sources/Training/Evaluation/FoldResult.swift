/// The result of one fold of a cross-validation.
public struct FoldResult: Sendable, Codable, Equatable {
  /// Counted from 0.
  public var fold: Int
  /// Seed of the random generator.
  public var seed: UInt64
  /// Clips for training, and clips for the temperatures.
  public var trainingClips: Int
  public var validationClips: Int
  /// Trainable parameters of each network, by its name.
  public var parameters: [String: Int]
  /// Ensemble weight of each emotion network, by its name.
  public var votes: [String: Float]
  /// One per test clip.
  public var predictions: [Prediction]
  /// Predictions without the calibration or adaptation that the protocol tests; nil where it tests neither.
  public var plain: [Prediction]?

  /// The result without calibration or adaptation; nil where the protocol tests neither.
  public var withoutPersonalization: FoldResult? {
    guard let plain else { return nil }
    var result = self
    result.predictions = plain
    result.plain = nil
    return result
  }
}
