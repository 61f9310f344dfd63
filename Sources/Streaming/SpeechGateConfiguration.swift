/// Settings of `SpeechGate`.
///
/// Omitted keys keep their defaults.
public struct SpeechGateConfiguration: Codable, Sendable, Equatable {
  /// Minimum level of a row above the noise floor, in dB.
  public var margin: Float = 5
  /// Maximum distance of a row's level below the loudest one of the last `floorWindow` seconds, in dB.
  public var range: Float = 30
  /// Level below which nothing is speech, in dB below full scale.
  public var minimumLevel: Float = -110
  /// Periodicity from which a row counts as voiced, 0…1.
  public var voicing: Float = 0.55
  /// Voiced speech needed within the last `onsetWindow` seconds for an utterance to begin, in seconds: longer than a
  /// key click or a knock lasts. This, the window and the pre-roll reach over 64 rows at most.
  public var onset: Double = 0.12
  /// See `onset`; in seconds, at least as long.
  public var onsetWindow: Double = 0.24
  /// Sound before an utterance's onset that still belongs to it, at most, in seconds.
  public var preRoll: Double = 0.24
  /// How long unvoiced sound still counts as speech after a voiced row, in seconds (fricatives, bursts).
  public var unvoiced: Double = 0.24
  /// How long a pause must last to end an utterance, in seconds.
  public var hangOver: Double = 0.52
  /// Maximum length of an utterance, in seconds. A longer one is split, so that labels follow a speaker who never
  /// pauses.
  public var longest: Double = 12
  /// The noise floor is the lowest level of this many seconds.
  public var floorWindow: Double = 2

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case margin, range, minimumLevel, voicing, onset, onsetWindow, preRoll, unvoiced, hangOver, longest, floorWindow
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.margin, into: &margin)
    try section.read(.range, into: &range)
    try section.read(.minimumLevel, into: &minimumLevel)
    try section.read(.voicing, into: &voicing)
    try section.read(.onset, into: &onset)
    try section.read(.onsetWindow, into: &onsetWindow)
    try section.read(.preRoll, into: &preRoll)
    try section.read(.unvoiced, into: &unvoiced)
    try section.read(.hangOver, into: &hangOver)
    try section.read(.longest, into: &longest)
    try section.read(.floorWindow, into: &floorWindow)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: "gate", range)
    }
    try require(0...60 ~= margin, .margin, "between 0 and 60 dB, not \(margin)")
    try require(0...120 ~= range, .range, "between 0 and 120 dB, not \(range)")
    try require(-120...0 ~= minimumLevel, .minimumLevel, "between -120 and 0 dB, not \(minimumLevel)")
    try require(0...1 ~= voicing, .voicing, "between 0 and 1, not \(voicing)")
    try require(0...10 ~= onset, .onset, "between 0 and 10 seconds, not \(onset)")
    try require(
      onset...10 ~= onsetWindow, .onsetWindow, "between the onset \(onset) and 10 seconds, not \(onsetWindow)")
    try require(0...10 ~= preRoll, .preRoll, "between 0 and 10 seconds, not \(preRoll)")
    try require(0...10 ~= unvoiced, .unvoiced, "between 0 and 10 seconds, not \(unvoiced)")
    try require(0...10 ~= hangOver, .hangOver, "between 0 and 10 seconds, not \(hangOver)")
    try require(1...3600 ~= longest, .longest, "between 1 and 3600 seconds, not \(longest)")
    try require(0.2...60 ~= floorWindow, .floorWindow, "between 0.2 and 60 seconds, not \(floorWindow)")
  }
}
