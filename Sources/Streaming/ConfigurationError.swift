/// A value of a configuration that cannot be used.
public struct ConfigurationError: Error, CustomStringConvertible, Sendable {
  /// The key of the value, from the top of the configuration, such as `smoother.dwell`.
  public var key: String
  /// What is wrong with the value and what would be right.
  public var message: String

  public init(key: String, message: String) {
    self.key = key
    self.message = message
  }

  public var description: String { "\(key): \(message)" }
}
