import Support

/// A configuration value that cannot be used, the reason, and the allowed values.
///
/// Maps onto sysexits' 64 (usage) or 65 (bad data), depending on where the configuration came from.
public struct ConfigurationError: ClassifiedError, Equatable {
  /// The full name of the value in a configuration file, such as `smoother.dwell`.
  public let key: String
  /// One sentence with the value found and the allowed values.
  public let message: String

  public init(key: String, message: String) {
    self.key = key
    self.message = message
  }

  public var errorClass: ErrorClass { .badData }
  public var description: String { "\(key): \(message)" }
}
