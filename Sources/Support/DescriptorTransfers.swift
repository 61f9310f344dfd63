import Glibc

extension UnsafeRawBufferPointer {
  /// Writes all of the bytes to a descriptor, and goes on where a signal interrupts.
  ///
  /// - Returns: how many bytes were written, and the `errno` that ended it early; 0 where all were written.
  package func writeAll(to descriptor: Int32) -> (count: Int, failure: Int32) {
    var done = 0
    while done < count {
      // SAFETY: writes at most what is left of the buffer.
      let written = write(descriptor, baseAddress! + done, count - done)
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { return (done, errno) }
      done += written
    }
    return (done, 0)
  }
}
