import Capture
import Glibc
import Streaming
import Support
import Synchronization

/// Standard input as a recording.
enum StandardInput {
  /// Its name among paths.
  static let path = "-"

  private static let isTaken = Atomic(false)

  /// Opens a recording of a command line: `-` is standard input, which is first read to its end.
  ///
  /// - Throws: the errors of `NormalizedFileSource`; `usage` where standard input was opened before; `Stopped` where a
  ///   stop came before its end.
  static func recording(
    _ path: String, normalization: LevelNormalization?, channel: ChannelSelection
  ) throws -> NormalizedFileSource {
    guard path == Self.path else {
      return try NormalizedFileSource(path: path, normalization: normalization, channel: channel)
    }
    guard !isTaken.exchange(true, ordering: .relaxed) else {
      throw CaptureError(.usage, "standard input (-) can be read only once")
    }
    if isatty(STDIN_FILENO) == 1 { Messages.write("ser-live: reading a recording from standard input") }
    guard let spooled = try SpooledRecording(pipe: STDIN_FILENO, name: "standard input", stop: Interruption.flag) else {
      throw Stopped()
    }
    return try NormalizedFileSource(spooled, normalization: normalization, channel: channel)
  }
}
