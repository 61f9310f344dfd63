/// What class of sysexits.h an error belongs to; the raw value is the exit code.
public enum ErrorClass: Int32, Sendable, CaseIterable {
  /// A stop was asked for; no failure.
  case stopped = 0
  /// A parameter makes no sense.
  case usage = 64
  /// The data or a file is not what it should be.
  case badData = 65
  /// There is no such input, or it may not be read.
  case noInput = 66
  /// A device, a server or a program is missing or unusable.
  case unavailable = 69
  /// Reading or writing failed.
  case inputOutput = 74
}

/// An error whose description is one sentence, without a full stop at its end, that says what happened, where, and what to do.
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

/// A stop was asked for before anything was worth keeping.
public struct Stopped: ClassifiedError {
  public init() {}

  public var errorClass: ErrorClass { .stopped }
  public var description: String { "stopped; nothing was finished" }
}
