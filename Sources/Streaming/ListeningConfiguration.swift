/// The sections of a recognizer's configuration that determine its rows and utterances.
public struct ListeningConfiguration: Sendable, Equatable {
  public var preprocessing = PreprocessingConfiguration()
  public var frontEnd = FrontEndConfiguration()
  public var gate = SpeechGateConfiguration()

  /// The defaults.
  public init() {}

  /// The sections of a recognizer's configuration.
  public init(_ configuration: RecognizerConfiguration) {
    preprocessing = configuration.preprocessing
    frontEnd = configuration.frontEnd
    gate = configuration.gate
  }

  /// - Throws: a `ConfigurationError` for the first unusable value.
  public func validate() throws(ConfigurationError) {
    try preprocessing.validate()
    try frontEnd.validate()
    try gate.validate()
  }
}

extension ListeningConfiguration: Decodable {
  /// Reads a recognizer's configuration and ignores its other sections.
  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(RecognizerConfiguration.CodingKeys.self)
    try section.read(.preprocessing, into: &preprocessing)
    try section.read(.frontEnd, into: &frontEnd)
    try section.read(.gate, into: &gate)
  }
}
