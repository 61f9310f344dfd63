/// How fast and how easily labels change.
///
/// Omitted keys keep the values of the file's `preset`, or their defaults where it names none.
public struct SmootherConfiguration: Codable, Sendable, Equatable {
  /// Time constant of the exponential filter of the probabilities, in seconds; 0 filters nothing.
  public var timeConstant: Double = 0.1
  /// Speech before the first label of an utterance, in seconds.
  public var onset: Double = 0.8
  /// Minimum time that an emotion stays the label within an utterance, in seconds.
  public var dwell: Double = 0.6
  /// Probability by which another emotion must lead the current one to replace it, 0…1.
  public var margin: Float = 0.2
  /// Minimum probability for an emotion to become the label, 0…1.
  public var threshold: Float = 0.25
  /// Probability below which the label returns to `uncertain`, 0…`threshold`.
  public var release: Float = 0.05

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case timeConstant, onset, dwell, margin, threshold, release
  }

  /// The keys of a file. The preset is not stored: only its values are kept.
  private enum FileKeys: String, CodingKey, CaseIterable {
    case preset, timeConstant, onset, dwell, margin, threshold, release
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(FileKeys.self)
    var preset = SmootherPreset.balanced
    try section.read(.preset, into: &preset)
    self = preset.configuration
    try section.read(.timeConstant, into: &timeConstant)
    try section.read(.onset, into: &onset)
    try section.read(.dwell, into: &dwell)
    try section.read(.margin, into: &margin)
    try section.read(.threshold, into: &threshold)
    try section.read(.release, into: &release)
  }

  /// Checks every value against its range.
  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: "smoother", range)
    }
    try require(0...60 ~= timeConstant, .timeConstant, "between 0 and 60 seconds, not \(timeConstant)")
    try require(0...60 ~= onset, .onset, "between 0 and 60 seconds, not \(onset)")
    try require(0...60 ~= dwell, .dwell, "between 0 and 60 seconds, not \(dwell)")
    try require(0...1 ~= margin, .margin, "between 0 and 1, not \(margin)")
    try require(0...1 ~= threshold, .threshold, "between 0 and 1, not \(threshold)")
    try require(0...threshold ~= release, .release, "between 0 and the threshold \(threshold), not \(release)")
  }
}
