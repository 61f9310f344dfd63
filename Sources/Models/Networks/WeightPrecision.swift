/// What a network's matrices are kept in, and multiplied as, where it listens.
public enum WeightPrecision: String, Codable, CaseIterable, Sendable {
  /// Single precision.
  case float
  /// Bytes with a scale for each row.
  case int8
}
