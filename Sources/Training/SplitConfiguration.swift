import Streaming

/// A random split of clips into training, validation and test.
public struct SplitConfiguration: Codable, Sendable, Equatable {
  /// The unit of the split.
  public enum Method: String, Codable, Sendable, CaseIterable {
    /// Clips. Speakers are on all sides, so results are too optimistic.
    case random
    /// Clips, with the same share of each emotion.
    case stratified
    /// Speakers, with all their clips.
    case speaker
  }

  public var method: Method
  /// Share for validation, 0 ..< 1.
  public var validation = 0.1
  /// Share for the test, 0 ..< 1.
  public var test = 0.1

  public init(method: Method) {
    self.method = method
  }

  enum CodingKeys: String, CodingKey, CaseIterable {
    case method, validation, test
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    method = try section.decode(Method.self, forKey: .method)
    try section.read(.validation, into: &validation)
    try section.read(.test, into: &test)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    func require(_ holds: Bool, _ key: CodingKeys, _ range: String) throws(ConfigurationError) {
      try key.require(holds, in: "training.split", range)
    }
    try require(validation >= 0 && validation < 1, .validation, "from 0 to below 1, not \(validation)")
    try require(test >= 0 && test < 1, .test, "from 0 to below 1, not \(test)")
    try require(validation + test < 1, .test, "less than what validation leaves, not \(test)")
  }

  /// Sizes of the test and the validation part among `count` units: a part with a non-zero share gets at least one.
  func counts(of count: Int) -> (test: Int, validation: Int) {
    func part(_ share: Double) -> Int { share == 0 ? 0 : max(1, Int((share * Double(count)).rounded())) }
    let test = min(part(test), count)
    return (test, min(part(validation), count - test))
  }
}
