/// The precision of a network's matrices at inference.
public enum WeightPrecision: String, Codable, CaseIterable, Sendable {
  /// Single precision.
  case float
  /// int8 with a scale for each row.
  case int8
}
