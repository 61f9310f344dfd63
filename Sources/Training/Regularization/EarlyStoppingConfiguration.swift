import Streaming

/// Ends a training without further improvement on the validation clips, and uses its best epoch.
///
/// Omitted keys keep their defaults.
public struct EarlyStoppingConfiguration: Codable, Sendable, Equatable {
  /// The monitored metric, with its name in configurations.
  public enum Metric: String, Codable, CaseIterable, Sendable {
    /// The unweighted average recall.
    case uar
    /// The cross-entropy of the predictions.
    case loss
  }

  /// Epochs without improvement after which training ends.
  public var patience = 20
  public var metric = Metric.uar

  public init() {}

  enum CodingKeys: String, CodingKey, CaseIterable {
    case patience, metric
  }

  public init(from decoder: any Decoder) throws {
    let section = try decoder.section(CodingKeys.self)
    try section.read(.patience, into: &patience)
    try section.readName(.metric, into: &metric)
  }

  /// - Throws: a `ConfigurationError` for the first value outside its range.
  public func validate() throws(ConfigurationError) {
    try CodingKeys.patience.require(
      1...100_000 ~= patience, in: "training.earlyStopping", "between 1 and 100000 epochs, not \(patience)")
  }
}
