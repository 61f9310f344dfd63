/// A stop was asked for before anything was worth keeping.
public struct Stopped: Error, Sendable {
  public init() {}
}

/// Why training or evaluation cannot go on, in one sentence that says what, where, and what to do.
public struct TrainingError: Error, CustomStringConvertible, Sendable, Equatable {
  /// What went wrong; in brackets the code of sysexits.h.
  public enum Kind: Sendable {
    /// What was asked for makes no sense (64).
    case usage
    /// The data or a file is not what it should be (65).
    case badData
    /// There is no such input (66).
    case noInput
    /// Something could not be written (74).
    case inputOutput
  }

  public let kind: Kind
  /// The sentence.
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }
}
