/// What is known after an epoch of a network.
public struct TrainingProgress: Sendable {
  public var network: String
  /// Counted from 1.
  public var epoch: Int
  public var epochs: Int
  public var loss: Float
  /// On the varied training utterances.
  public var accuracy: Float
  /// Of the validation clips, each a fresh session; nil where there are none, or the network tells something else.
  public var validationUAR: Double?
  /// Seconds that the network's remaining epochs will take, as far as is known.
  public var secondsLeft: Double
}
