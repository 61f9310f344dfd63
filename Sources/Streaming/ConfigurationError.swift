import Support

/// A configuration that cannot work: which value, why, and what would.
///
/// Maps onto sysexits' 64 (usage) or 65 (bad data), depending on where the configuration came from.
public struct ConfigurationError: ClassifiedError, Equatable {
  /// The value's name as it stands in a configuration file, such as `smoother.dwell`.
  public let key: String
  /// One sentence that names the value found and the values allowed.
  public let message: String

  public init(key: String, message: String) {
    self.key = key
    self.message = message
  }

  public var errorClass: ErrorClass { .badData }
  public var description: String { "\(key): \(message)" }
}
