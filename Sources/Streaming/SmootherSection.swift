/// The smoother's section of a recognizer's configuration.
public struct SmootherSection: Sendable, Equatable {
  public var smoother = SmootherConfiguration()

  /// The defaults.
  public init() {}

  /// - Throws: a `ConfigurationError` that names the first value outside its range.
  public func validate() throws(ConfigurationError) { try smoother.validate() }
}

extension SmootherSection: Decodable {
  /// Reads a recognizer's configuration; its other sections may be there and are not looked at.
  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(RecognizerConfiguration.CodingKeys.self)
    try section.read(.smoother, into: &smoother)
  }
}
