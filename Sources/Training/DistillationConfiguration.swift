import Streaming

/// Lets networks learn from others that were trained on the same clips before: an ensemble is taught into networks of the
/// same or a smaller size (Hinton, Vinyals and Dean 2015; of the same size: Furlanello et al. 2018).
///
/// Keys that a configuration leaves out keep their defaults.
public struct DistillationConfiguration: Codable, Sendable, Equatable {
  /// How many recognizers of the same networks are trained first, each from a seed of its own.
  public var teachers = 3
  /// How much of the target is the teachers' mean posterior, from 0 to 1; the rest is the label's.
  public var share: Float = 0.5
  /// What the teachers' scores are divided by.
  public var temperature: Float = 2

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case teachers, share, temperature
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.teachers, into: &teachers)
    try section.read(.share, into: &share)
    try section.read(.temperature, into: &temperature)
  }

  /// - Throws: a `ConfigurationError` that names the first value outside its range.
  public func validate() throws(ConfigurationError) {
    let section = "training.distillation"
    try CodingKeys.teachers.require(1...16 ~= teachers, in: section, "between 1 and 16, not \(teachers)")
    try CodingKeys.share.require(0...1 ~= share, in: section, "between 0 and 1, not \(share)")
    try CodingKeys.temperature.require(
      0.1...20 ~= temperature, in: section, "between 0.1 and 20, not \(temperature)")
  }
}
