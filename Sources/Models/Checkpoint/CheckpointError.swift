/// A checkpoint that cannot be read, used or written: one sentence that says what, where, and what to do.
public struct CheckpointError: Error, CustomStringConvertible, Sendable, Equatable {
  /// What went wrong; in brackets the code of sysexits.h.
  public enum Kind: Sendable {
    /// The file is not what it should be (65).
    case badData
    /// There is no such file, or it may not be read (66).
    case noInput
    /// Reading or writing failed (74).
    case inputOutput
  }

  public let kind: Kind
  /// The sentence.
  public let description: String

  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    self.description = description
  }

  /// Bad data.
  public init(_ description: String) { self.init(.badData, description) }
}
