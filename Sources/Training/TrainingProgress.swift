/// What is known after an epoch of a network.
public struct TrainingProgress: Sendable {
  /// Its name.
  public var network: String
  /// Counted from 1.
  public var epoch: Int
  /// All of them.
  public var epochs: Int
  /// Of the epoch's last step.
  public var learningRate: Float
  /// Mean loss of the epoch's batches.
  public var loss: Float
  /// On the varied training utterances, 0…1.
  public var accuracy: Float
  /// Unweighted average recall of what the network tells, on the validation clips, each a fresh session, 0…1; nil where
  /// there are none.
  public var validationUAR: Double?
  /// Likewise, share of the validation clips that were recognised.
  public var validationAccuracy: Double?
  /// Likewise, mean cross-entropy in nats.
  public var validationLoss: Double?
  /// How long the epoch took, validation included.
  public var seconds: Double
  /// Seconds that the network's remaining epochs will take, as far as is known.
  public var secondsLeft: Double
}
