/// The metrics of a network after an epoch.
public struct TrainingProgress: Sendable {
  /// Its name.
  public var network: String
  /// Counted from 1.
  public var epoch: Int
  /// The total number.
  public var epochs: Int
  /// Learning rate of the epoch's last step.
  public var learningRate: Float
  /// Mean loss of the epoch's batches.
  public var loss: Float
  /// On the augmented training utterances, 0…1.
  public var accuracy: Float
  /// Unweighted average recall of the network's target on the validation clips, each a fresh session, 0…1; nil where
  /// there are none.
  public var validationUAR: Double?
  /// Share of the validation clips with a correct prediction; nil where there are none.
  public var validationAccuracy: Double?
  /// Mean cross-entropy on the validation clips, in nats; nil where there are none.
  public var validationLoss: Double?
  /// Duration of the epoch, including validation.
  public var seconds: Double
  /// Estimated seconds for the network's remaining epochs.
  public var secondsLeft: Double
}
