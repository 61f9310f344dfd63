import Glibc

extension UnsafeRawBufferPointer {
  /// Writes all bytes to a descriptor, and continues after signals.
  ///
  /// - Returns: the number of bytes written, and the `errno` that ended it early; 0 where all were written.
  package func writeAll(to descriptor: Int32) -> (count: Int, failure: Int32) {
    var done = 0
    while done < count {
      // SAFETY: writes at most the rest of the buffer.
      let written = write(descriptor, baseAddress! + done, count - done)
      if written < 0 && errno == EINTR { continue }
      guard written >= 0 else { return (done, errno) }
      done += written
    }
    return (done, 0)
  }
}

extension UnsafeMutableRawBufferPointer {
  /// Fills the buffer from an offset of a file, and continues after signals.
  ///
  /// - Returns: the number of bytes read, fewer than the size of the buffer at the file's end and after an error, and
  ///   the `errno` of the error; 0 where there was none.
  package func readAll(from descriptor: Int32, at offset: Int = 0) -> (count: Int, failure: Int32) {
    var done = 0
    while done < count {
      // SAFETY: reads at most the rest of the buffer.
      let result = pread(descriptor, baseAddress! + done, count - done, offset + done)
      if result < 0 && errno == EINTR { continue }
      guard result >= 0 else { return (done, errno) }
      if result == 0 { break }
      done += result
    }
    return (done, 0)
  }
}
