/// Where a model comes from; for its readers, no part of the program depends on it.
public struct Provenance: Codable, Sendable, Equatable {
  /// The corpora that it was trained on.
  public var corpora: [String] = []
  /// Speakers that took part in the training, in its validation, and in neither.
  public var trainingSpeakers: [String] = []
  public var validationSpeakers: [String] = []
  public var heldOutSpeakers: [String] = []
  /// The terms of the training data, which bind the weights.
  public var licence = ""
  public var seed: UInt64 = 0
  /// Version of the program that trained it.
  public var version = ""

  public init() {}
}
