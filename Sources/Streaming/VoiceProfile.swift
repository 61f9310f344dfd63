/// A user's voice, as known before a session: statistics of the speech rows of a few neutral sentences, and what made
/// the rows. It holds neither sound nor words.
public struct VoiceProfile: Sendable, Equatable {
  /// Of the rows of speech; their weight is the number of rows.
  public let statistics: FeatureStatistics
  /// What made the rows.
  public let frontEnd: FrontEndConfiguration
  /// What was done to the sound before.
  public let preprocessing: PreprocessingConfiguration

  /// - Parameters:
  ///   - statistics: of at least one row, as wide as the front end's.
  ///   - configuration: with what the rows were made.
  public init(_ statistics: FeatureStatistics, madeWith configuration: RecognizerConfiguration) {
    self.init(statistics, frontEnd: configuration.frontEnd, preprocessing: configuration.preprocessing)
  }

  init(
    _ statistics: FeatureStatistics, frontEnd: FrontEndConfiguration, preprocessing: PreprocessingConfiguration
  ) {
    precondition(statistics.weight >= 1, "a profile of no speech")
    precondition(statistics.mean.count == FeatureLayout(frontEnd).width, "rows of another front end")
    self.statistics = statistics
    self.frontEnd = frontEnd
    self.preprocessing = preprocessing
  }

  /// Seconds of speech behind it.
  public var speech: Double { Double(statistics.weight) / frontEnd.rowRate }

  /// What is not the same in this profile and in a recognizer's configuration, with both values, in words; empty where
  /// the profile fits.
  public func differences(from configuration: RecognizerConfiguration) -> [String] {
    Self.differences(frontEnd, configuration.frontEnd, section: "frontEnd")
      + Self.differences(preprocessing, configuration.preprocessing, section: "preprocessing")
  }

  private static func differences<Section: Equatable>(
    _ own: Section, _ other: Section, section: String
  ) -> [String] {
    guard own != other else { return [] }
    return zip(Mirror(reflecting: own).children, Mirror(reflecting: other).children).compactMap { own, other in
      let (mine, theirs) = ("\(own.value)", "\(other.value)")
      return mine == theirs ? nil : "\(section).\(own.label ?? "") is \(mine) in the profile and \(theirs) in the model"
    }
  }
}
