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

  /// What it was adapted to after training; nil where it was not.
  public var adaptation: Adaptation?

  /// Recordings that the last layers of the networks were fitted to.
  public struct Adaptation: Codable, Sendable, Equatable {
    /// How many.
    public var clips = 0
    /// The corpora that they are from.
    public var corpora: [String] = []
    /// Who speaks in them.
    public var speakers: [String] = []

    /// To nothing yet.
    public init() {}
  }

  /// Whether recordings of a speaker took part in training, validation or adaptation.
  ///
  /// - Parameter corpora: that the speaker may be from.
  public func knows(_ speaker: String, of corpora: [String]) -> Bool {
    func share(_ known: [String]) -> Bool { corpora.contains(where: known.contains) }
    if share(self.corpora) && (trainingSpeakers + validationSpeakers).contains(speaker) { return true }
    guard let adaptation else { return false }
    return share(adaptation.corpora) && adaptation.speakers.contains(speaker)
  }

  /// Nothing known.
  public init() {}
}
