import Glibc
import Support

/// A recording from a pipe, in any format: most formats need random access.
///
/// Stored in an unnamed file, in the folder of TMPDIR or in /tmp, which is deleted when it is no longer used.
public final class SpooledRecording: Sendable {
  /// Its name in error messages.
  let name: String
  // SAFETY: opened in `init`, closed in `deinit`.
  private let descriptor: Int32

  /// Reads a pipe to its end.
  ///
  /// - Parameters:
  ///   - pipe: open for reading; stays open.
  ///   - name: its name in error messages.
  ///   - stop: ends the reading within a tenth of a second after it is set.
  /// - Returns: nil after a stop.
  /// - Throws: `inputOutput` where the pipe cannot be read or its data cannot be stored.
  public init?(pipe: Int32, name: String, stop: StopFlag) throws(CaptureError) {
    let folder = getenv("TMPDIR").map { String(cPath: $0) } ?? "/tmp"
    let descriptor = UnnamedFile.create(in: folder)
    guard descriptor >= 0 else {
      throw Self.cannotKeep(name, in: folder, errno)
    }
    self.descriptor = descriptor
    self.name = name
    // From here on `deinit` closes the file in any case.
    let chunk = Storage<UInt8>(repeating: 0, count: 65536)
    var request = pollfd(fd: pipe, events: Int16(POLLIN), revents: 0)
    while true {
      if stop.isStopped { return nil }
      if poll(&request, 1, 100) <= 0 { continue }
      // SAFETY: `chunk` has room for as many bytes.
      let count = read(pipe, chunk.elements.baseAddress, chunk.elements.count)
      if count == 0 { return }
      if count < 0 {
        if errno == EINTR || errno == EAGAIN { continue }
        throw CaptureError(.inputOutput, "cannot read \(name): \(systemMessage(errno))")
      }
      // SAFETY: these are bytes of `chunk` that were just read.
      let failure = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(chunk.elements)[..<count])
        .writeAll(to: descriptor).failure
      guard failure == 0 else { throw Self.cannotKeep(name, in: folder, failure) }
    }
  }

  deinit { close(descriptor) }

  private static func cannotKeep(_ name: String, in folder: String, _ code: Int32) -> CaptureError {
    CaptureError(
      .inputOutput, "cannot keep \(name) in \(folder): \(systemMessage(code)); TMPDIR can name another folder")
  }

  /// A separate descriptor at the beginning of the recording. All of them share one position.
  func rewound() throws(CaptureError) -> Int32 {
    let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 0)
    guard copy >= 0, lseek(copy, 0, SEEK_SET) == 0 else {
      let code = errno
      if copy >= 0 { close(copy) }
      throw CaptureError(.inputOutput, "cannot read \(name): \(systemMessage(code))")
    }
    return copy
  }
}
