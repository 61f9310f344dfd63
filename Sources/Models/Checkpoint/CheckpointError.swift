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

  /// - Parameter description: may quote what stands in a damaged file; what would break the line is left out, and so is
  ///   what follows a thousand characters.
  public init(_ kind: Kind, _ description: String) {
    self.kind = kind
    let printable = description.unicodeScalars.filter { $0.properties.generalCategory != .control }
    let start = printable.prefix(1000)
    self.description = String(String.UnicodeScalarView(start)) + (start.endIndex < printable.endIndex ? "…" : "")
  }

  /// Bad data.
  public init(_ description: String) { self.init(.badData, description) }
}
