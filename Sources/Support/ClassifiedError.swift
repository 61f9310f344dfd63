/// The class of an error in sysexits.h; the raw value is the exit code.
public enum ErrorClass: Int32, Sendable, CaseIterable {
  /// A stop was requested; not a failure.
  case stopped = 0
  /// A parameter is invalid.
  case usage = 64
  /// The data or a file is not in the stated format.
  case badData = 65
  /// The input does not exist or is not readable.
  case noInput = 66
  /// A device, a server or a program is missing or unusable.
  case unavailable = 69
  /// Reading or writing failed.
  case inputOutput = 74
}

/// An error whose description is one sentence, without a full stop, with the event, its place and a remedy.
public protocol ClassifiedError: Error, CustomStringConvertible {
  var errorClass: ErrorClass { get }
}

/// The error of an operation that has no error type of its own.
public struct OperationError: ClassifiedError, Equatable {
  public let kind: ErrorClass
  public let description: String

  public init(_ kind: ErrorClass, _ description: String) {
    self.kind = kind
    self.description = description
  }

  public var errorClass: ErrorClass { kind }
}

/// A stop was requested before there was a result.
public struct Stopped: ClassifiedError {
  public init() {}

  public var errorClass: ErrorClass { .stopped }
  public var description: String { "stopped; nothing was finished" }
}
