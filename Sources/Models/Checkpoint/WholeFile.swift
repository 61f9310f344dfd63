import Glibc
import Support

/// Writes files as a whole or not at all: under another name first, then renamed. What is there is replaced, but for
/// devices and pipes, which are written to.
package enum WholeFile {
  /// Why a file was not written.
  package struct Failure: Error {
    /// The system's `errno`.
    package let code: Int32

    package init(code: Int32) { self.code = code }
  }

  /// - Parameters:
  ///   - flushed: whether the bytes are on the disk before the name is, so that not even a power cut leaves a part.
  package static func write(_ bytes: [UInt8], to path: String, flushed: Bool) throws(Failure) {
    if kind(path).map({ $0 != S_IFREG && $0 != S_IFDIR }) ?? false {
      let descriptor = open(path.cPath, O_WRONLY | O_CLOEXEC)
      return try fill(descriptor, bytes, flushed: false)
    }
    let temporary = temporaryName(path)
    do throws(Failure) {
      let descriptor = open(temporary.cPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
      try fill(descriptor, bytes, flushed: flushed)
      guard rename(temporary.cPath, path.cPath) == 0 else { throw Failure(code: errno) }
    } catch {
      unlink(temporary.cPath)
      throw error
    }
  }

  /// Tries whether `write` could write a file now, and leaves everything as it is.
  ///
  /// - Throws: as `write` would, where the reason is the file's place and not what will be written.
  package static func tryOut(_ path: String) throws(Failure) {
    let kind = kind(path)
    // A slash at the end, too, says that a folder is meant.
    guard kind != S_IFDIR, !path.hasSuffix("/") else { throw Failure(code: EISDIR) }
    if kind != nil {
      // What may only be read is replaced all the same, but for what nobody may touch.
      let isWritable = access(path.cPath, W_OK) == 0
      guard isWritable || kind == S_IFREG && errno != EPERM else { throw Failure(code: errno) }
      if kind != S_IFREG { return }
    }
    let temporary = temporaryName(path)
    defer { unlink(temporary.cPath) }
    let descriptor = open(temporary.cPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    // A full disk has room for a name, but not for a block.
    try fill(descriptor, [UInt8](repeating: 0, count: 4096), flushed: false)
  }

  private static func temporaryName(_ path: String) -> String { "\(path).\(getpid()).part" }

  /// What a path is, by the bits of `S_IFMT`; nil where there is nothing.
  private static func kind(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path.cPath, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// Writes all bytes and closes the descriptor, whose errors count as those of writing.
  ///
  /// - Parameter descriptor: of `open`; negative where that failed.
  private static func fill(_ descriptor: Int32, _ bytes: [UInt8], flushed: Bool) throws(Failure) {
    guard descriptor >= 0 else { throw Failure(code: errno) }
    var failure = bytes.withUnsafeBytes { $0.writeAll(to: descriptor).failure }
    if failure == 0, flushed, fsync(descriptor) != 0 { failure = errno }
    // Some systems report what could not be written only now. After EINTR Linux has closed it, too.
    if close(descriptor) != 0, failure == 0, errno != EINTR { failure = errno }
    guard failure == 0 else { throw Failure(code: failure) }
  }
}
