/// Where a model comes from. What it hears does not depend on it; `ser-live evaluate` reads the speakers.
public struct Provenance: Codable, Sendable, Equatable {
  /// The corpora that it was trained on.
  public var corpora: [String] = []
  /// Speakers whose recordings the networks were trained on.
  public var trainingSpeakers: [String] = []
  /// Speakers on whom the temperatures were calibrated.
  public var validationSpeakers: [String] = []
  /// Speakers that took part in nothing.
  public var heldOutSpeakers: [String] = []
  /// The terms of the training data, which bind the weights.
  public var licence = ""
  /// Of everything that chance decided.
  public var seed: UInt64 = 0
  /// Version of the program that trained it.
  public var version = ""

  /// Nothing known.
  public init() {}
}
