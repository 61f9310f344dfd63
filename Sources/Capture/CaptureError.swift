import Support

/// The reason that samples are not available, in one sentence with the event, its place and a remedy.
public struct CaptureError: ClassifiedError, Equatable {
  /// The classes of sysexits.h that capture can fail with.
  public enum Kind: Sendable, CaseIterable {
    /// A parameter is invalid (64).
    case usage
    /// The data is not in the stated format (65).
    case badData
    /// The input does not exist or is not readable (66).
    case noInput
    /// The device is missing, busy or unusable (69).
    case deviceUnavailable
    /// The sound server of a device does not answer, or delivers nothing (69).
    case serverUnavailable
    /// A read failed (74).
    case inputOutput
    /// A stop was requested before capture began; not a failure (0).
    case stopped
  }

  /// The class of failure, for the exit code.
  public let kind: Kind
  /// The sentence, without a full stop.
  public let message: String

  /// An error of this kind, with a human-readable sentence.
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
