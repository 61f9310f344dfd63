import Support

/// Why samples could not be had, in one sentence that says what happened, where, and what to do.
public struct CaptureError: ClassifiedError, Equatable {
  /// The classes of sysexits.h that capture can fail with.
  public enum Kind: Sendable, CaseIterable {
    /// A parameter makes no sense (64).
    case usage
    /// The data is not what it claims to be (65).
    case badData
    /// There is no such input, or it may not be read (66).
    case noInput
    /// The device is missing, busy or unusable (69).
    case deviceUnavailable
    /// The sound server that a device belongs to does not answer, or gives nothing (69).
    case serverUnavailable
    /// A read failed (74).
    case inputOutput
    /// A stop was asked for before there was anything to listen to; no failure (0).
    case stopped
  }

  /// What class of failure it is, for the exit code.
  public let kind: Kind
  /// The sentence, without a full stop at its end.
  public let message: String

  /// An error of this kind, with a sentence for a person.
  public init(_ kind: Kind, _ message: String) {
    self.kind = kind
    self.message = message
  }

  /// The same as `message`.
  public var description: String { message }

  public var errorClass: ErrorClass {
    switch kind {
    case .usage: .usage
    case .badData: .badData
    case .noInput: .noInput
    case .deviceUnavailable, .serverUnavailable: .unavailable
    case .inputOutput: .inputOutput
    case .stopped: .stopped
    }
  }
}
