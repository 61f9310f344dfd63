import Glibc
import Support

/// Writes files atomically: under a temporary name first, then renamed. Replaces existing files, but writes directly to
/// devices and pipes.
package enum WholeFile {
  /// The reason that a file was not written.
  package struct Failure: Error {
    /// The system's `errno`.
    package let code: Int32

    package init(code: Int32) { self.code = code }
  }

  /// - Parameters:
  ///   - flushed: whether the data is on the disk before the rename, so that even a power failure leaves no partial
  ///     file.
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

  /// Checks whether `write` could write a file now, without changing anything.
  ///
  /// - Throws: the error of `write`, where it depends on the file's location and not on its content.
  package static func tryOut(_ path: String) throws(Failure) {
    let kind = kind(path)
    // A trailing slash also denotes a folder.
    guard kind != S_IFDIR, !path.hasSuffix("/") else { throw Failure(code: EISDIR) }
    if kind != nil {
      // Read-only files are replaced as well; immutable ones are not.
      let isWritable = access(path.cPath, W_OK) == 0
      guard isWritable || kind == S_IFREG && errno != EPERM else { throw Failure(code: errno) }
      if kind != S_IFREG { return }
    }
    let temporary = temporaryName(path)
    defer { unlink(temporary.cPath) }
    let descriptor = open(temporary.cPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    // A full disk may have room for a name, but not for a block.
    try fill(descriptor, [UInt8](repeating: 0, count: 4096), flushed: false)
  }

  private static func temporaryName(_ path: String) -> String { "\(path).\(getpid()).part" }

  /// The file type of a path, from the bits of `S_IFMT`; nil where nothing exists.
  private static func kind(_ path: String) -> mode_t? {
    var status = stat()
    return stat(path.cPath, &status) == 0 ? status.st_mode & S_IFMT : nil
  }

  /// Writes all bytes and closes the descriptor; errors of closing count as write errors.
  ///
  /// - Parameter descriptor: result of `open`; negative where that failed.
  private static func fill(_ descriptor: Int32, _ bytes: [UInt8], flushed: Bool) throws(Failure) {
    guard descriptor >= 0 else { throw Failure(code: errno) }
    var failure = bytes.withUnsafeBytes { $0.writeAll(to: descriptor).failure }
    if failure == 0, flushed, fsync(descriptor) != 0 { failure = errno }
    // Some systems report failed writes only here. After EINTR, Linux has closed the descriptor, too.
    if close(descriptor) != 0, failure == 0, errno != EINTR { failure = errno }
    guard failure == 0 else { throw Failure(code: failure) }
  }
}
