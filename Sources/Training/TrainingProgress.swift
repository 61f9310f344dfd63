/// What is known after an epoch of a network.
public struct TrainingProgress: Sendable {
  /// Its name.
  public var network: String
  /// Counted from 1.
  public var epoch: Int
  /// All of them.
  public var epochs: Int
  /// Mean cross-entropy of the epoch's batches, in nats.
  public var loss: Float
  /// On the varied training utterances, 0…1.
  public var accuracy: Float
  /// Unweighted average recall of what the network tells, on the validation clips, each a fresh session, 0…1; nil where
  /// there are none.
  public var validationUAR: Double?
  /// Seconds that the network's remaining epochs will take, as far as is known.
  public var secondsLeft: Double
}
