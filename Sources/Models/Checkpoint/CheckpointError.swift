import Support

/// A checkpoint that cannot be read, used or written. One sentence gives the problem, its place and a remedy.
public struct CheckpointError: ClassifiedError, Equatable {
  /// `badData`, `noInput` or `inputOutput`.
  public let kind: ErrorClass
  /// The sentence.
  public let description: String

  /// - Parameter description: may quote a damaged file; characters that break the line and text after the first
  ///   thousand characters are removed.
  public init(_ kind: ErrorClass, _ description: String) {
    self.kind = kind
    let printable = description.unicodeScalars.filter { $0.properties.generalCategory != .control }
    let start = printable.prefix(1000)
    self.description = String(String.UnicodeScalarView(start)) + (start.endIndex < printable.endIndex ? "…" : "")
  }

  public var errorClass: ErrorClass { kind }

  /// Bad data.
  public init(_ description: String) { self.init(.badData, description) }
}
