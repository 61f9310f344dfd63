import Streaming

/// Trains networks on the outputs of others that were trained on the same clips: distils an ensemble into networks of
/// the same or a smaller size (Hinton, Vinyals and Dean 2015; of the same size: Furlanello et al. 2018).
///
/// Omitted keys keep their defaults.
public struct DistillationConfiguration: Codable, Sendable, Equatable {
  /// Number of teachers: recognizers of the same networks that are trained first, each with its own seed.
  public var teachers = 3
  /// Weight of the teachers' mean posterior in the target, from 0 to 1; the rest is the label's.
  public var share: Float = 0.5
  /// Divides the teachers' scores.
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

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    let section = "training.distillation"
    try CodingKeys.teachers.require(1...16 ~= teachers, in: section, "between 1 and 16, not \(teachers)")
    try CodingKeys.share.require(0...1 ~= share, in: section, "between 0 and 1, not \(share)")
    try CodingKeys.temperature.require(
      0.1...20 ~= temperature, in: section, "between 0.1 and 20, not \(temperature)")
  }
}
