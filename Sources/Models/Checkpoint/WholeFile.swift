import Glibc

/// Writes files as a whole or not at all: under another name first, then renamed. What is there is replaced.
package enum WholeFile {
  /// Why a file was not written.
  package struct Failure: Error {
    /// The system's `errno`.
    package let code: Int32
  }

  /// - Parameters:
  ///   - flushed: whether the bytes are on the disk before the name is, so that not even a power cut leaves a part.
  package static func write(_ bytes: [UInt8], to path: String, flushed: Bool) throws(Failure) {
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw Failure(code: errno) }
    do throws(Failure) {
      defer { close(descriptor) }
      var offset = 0
      while offset < bytes.count {
        // SAFETY: writes at most what is left of the array.
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw Failure(code: errno) }
        offset += count
      }
      guard !flushed || fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw Failure(code: errno) }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}
