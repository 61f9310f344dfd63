<<<<<<< HEAD
/// A configuration that cannot work: which value, why, and what would.
///
/// Maps onto sysexits' 64 (usage) or 65 (bad data), depending on where the configuration came from.
public struct ConfigurationError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The value's name as it stands in a configuration file, such as `hopMilliseconds`.
  public let key: String
  /// One sentence that names the value found and the values allowed.
  public let message: String
=======
/// A value of a configuration that cannot be used.
public struct ConfigurationError: Error, CustomStringConvertible, Sendable {
  /// The key of the value, from the top of the configuration, such as `smoother.dwell`.
  public var key: String
  /// What is wrong with the value and what would be right.
  public var message: String
>>>>>>> ce94e6f19ac224589951c5f77b204cd77d2554b2

  public init(key: String, message: String) {
    self.key = key
    self.message = message
  }

  public var description: String { "\(key): \(message)" }
}
