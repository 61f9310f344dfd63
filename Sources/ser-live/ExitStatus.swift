import ArgumentParser
import Capture
import Glibc
import Models
import Streaming
import Training

/// How the program ends after an error: one sentence and a code of sysexits.h.
struct ExitStatus: Equatable {
  static let usage: Int32 = 64
  static let badData: Int32 = 65
  static let noInput: Int32 = 66
  static let unavailable: Int32 = 69
  static let inputOutput: Int32 = 74

  /// What to do about a sound server.
  private static let serverHint =
    "; restart it, or name the hardware itself with --device plughw:CARD=NAME; docs/capture.md, \"A sound server that does not "
    + "answer\", says what to look at"

  let code: Int32
  /// nil where nothing is to be said.
  let message: String?

  /// - Returns: nil for an error of the command line itself, which the argument parser explains.
  init?(_ error: any Error) {
    switch error {
    case let error as CaptureError:
      code =
        switch error.kind {
        case .usage: Self.usage
        case .badData: Self.badData
        case .noInput: Self.noInput
        case .deviceUnavailable, .serverUnavailable: Self.unavailable
        case .inputOutput: Self.inputOutput
        case .stopped: EXIT_SUCCESS
        }
      message = error.kind == .serverUnavailable ? error.message + Self.serverHint : error.message
    case let error as TrainingError:
      code =
        switch error.kind {
        case .usage: Self.usage
        case .badData: Self.badData
        case .noInput: Self.noInput
        case .inputOutput: Self.inputOutput
        }
      message = error.description
    case let error as PlotError:
      code =
        switch error.kind {
        case .usage: Self.usage
        case .badData: Self.badData
        case .unavailable: Self.unavailable
        case .inputOutput: Self.inputOutput
        }
      message = error.description
    case let error as SinkError:
      code = error.exitCode
      message = error == .closed ? nil : error.description
    case let error as CheckpointError:
      code =
        switch error.kind {
        case .badData: Self.badData
        case .noInput: Self.noInput
        case .inputOutput: Self.inputOutput
        }
      message = error.description
    case is ConfigurationError, is NetworkConfigurationError, is ResamplerError:
      code = Self.badData
      message = "\(error)"
    case is Stopped:
      code = EXIT_SUCCESS
      message = "stopped; nothing was finished"
    default: return nil
    }
  }
}
