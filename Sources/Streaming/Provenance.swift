/// The origin of a model. It does not affect recognition; `ser-live evaluate` reads the speakers.
public struct Provenance: Codable, Sendable, Equatable {
  /// Training corpora.
  public var corpora: [String] = []
  /// Training speakers.
  public var trainingSpeakers: [String] = []
  /// Speakers on which the temperatures were calibrated.
  public var validationSpeakers: [String] = []
  /// Speakers that were used for neither training nor validation.
  public var heldOutSpeakers: [String] = []
  /// The licence of the training data, which also applies to the weights.
  public var licence = ""
  /// Seed of the random generator.
  public var seed: UInt64 = 0
  /// Version of the program that trained the model.
  public var version = ""

  /// The adaptation of the model after training; nil where it was not adapted.
  public var adaptation: Adaptation?

  /// The recordings to which the last layers of the networks were fitted.
  public struct Adaptation: Codable, Sendable, Equatable {
    /// Number of recordings.
    public var clips = 0
    /// Their corpora.
    public var corpora: [String] = []
    /// Their speakers.
    public var speakers: [String] = []

    /// No adaptation data.
    public init() {}
  }

  /// Whether recordings of a speaker were used in training, validation or adaptation.
  ///
  /// - Parameter corpora: the corpora that may contain the speaker.
  public func knows(_ speaker: String, of corpora: [String]) -> Bool {
    func share(_ known: [String]) -> Bool { corpora.contains(where: known.contains) }
    if share(self.corpora) && (trainingSpeakers + validationSpeakers).contains(speaker) { return true }
    guard let adaptation else { return false }
    return share(adaptation.corpora) && adaptation.speakers.contains(speaker)
  }

  /// Unknown origin.
  public init() {}
}
