/// Statistics of a user's voice for the start of a session: of the speech rows of a few neutral sentences, with the
/// configuration of the rows. A profile contains neither audio nor words.
public struct VoiceProfile: Sendable, Equatable {
  /// Statistics of the speech rows; their weight is the number of rows.
  public let statistics: FeatureStatistics
  /// The front end that computed the rows.
  public let frontEnd: FrontEndConfiguration
  /// The preprocessing of the signal.
  public let preprocessing: PreprocessingConfiguration

  /// - Parameters:
  ///   - statistics: of at least one row, as wide as the front end's.
  ///   - configuration: the configuration that computed the rows.
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

  /// Seconds of speech in the profile.
  public var speech: Double { Double(statistics.weight) / frontEnd.rowRate }

  /// The settings that differ between this profile and a recognizer's configuration, described with both values; empty
  /// where the profile fits.
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
