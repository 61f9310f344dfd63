import ArgumentParser
import Capture
import Glibc
import Models
import Streaming
import Support

/// The end of the program after an error: one sentence and a code of sysexits.h.
struct ExitStatus: Equatable {
  /// Remedies for problems with a sound server.
  private static let serverHint =
    "; restart it, or name the hardware with --device plughw:CARD=NAME; see docs/capture.md, \"A sound server that "
    + "does not answer\""

  let code: Int32
  /// nil for no message.
  let message: String?

  /// - Returns: nil for an error of the command line itself, which the argument parser explains.
  init?(_ error: any Error) {
    guard let error = error as? any ClassifiedError else { return nil }
    code = error.errorClass.rawValue
    switch error {
    case SinkError.closed: message = nil
    case let error as CaptureError where error.kind == .serverUnavailable: message = error.message + Self.serverHint
    default: message = error.description
    }
  }
}
