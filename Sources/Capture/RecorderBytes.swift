import CSndfile
import Glibc
import Support

/// Passes the bytes of a recording from libsndfile to a file.
///
/// libsndfile drops write errors of its encoders when it closes a file; this object keeps them.
final class RecorderBytes {
  let descriptor: Int32
  /// The system's `errno` of the first failed call; 0 where none failed.
  private(set) var failure: Int32 = 0

  /// - Parameter descriptor: of a file; closed by `close`.
  init(descriptor: Int32) { self.descriptor = descriptor }

  /// Opens the file with libsndfile; this object must outlive the result.
  func open(_ info: inout SF_INFO) -> OpaquePointer? {
    var calls = SF_VIRTUAL_IO()
    calls.get_filelen = { sf_count_t(RecorderBytes.of($0).size) }
    calls.seek = { offset, whence, user in sf_count_t(lseek(RecorderBytes.of(user).descriptor, Int(offset), whence)) }
    calls.read = { _, _, _ in 0 }
    calls.write = { bytes, count, user in sf_count_t(RecorderBytes.of(user).write(bytes, Int(count))) }
    calls.tell = { sf_count_t(lseek(RecorderBytes.of($0).descriptor, 0, SEEK_CUR)) }
    // SAFETY: libsndfile copies the callbacks, and passes this object to them only while the file is open.
    return sf_open_virtual(&calls, Int32(SFM_WRITE), &info, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Closes the file.
  func close() {
    // After EINTR, Linux has closed it, too.
    if Glibc.close(descriptor) != 0, failure == 0, errno != EINTR { failure = errno }
  }

  /// The reason for a failed write.
  ///
  /// - Parameter other: the reason where no system call failed.
  func message(_ other: String) -> String { failure == 0 ? other : systemMessage(failure) }

  private static func of(_ user: UnsafeMutableRawPointer?) -> RecorderBytes {
    // SAFETY: `open` has passed an object that lives as long as the file is open.
    Unmanaged.fromOpaque(user!).takeUnretainedValue()
  }

  private var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? status.st_size : 0
  }

  /// - Returns: the number of bytes written.
  private func write(_ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    // SAFETY: libsndfile passes `count` bytes.
    let result = UnsafeRawBufferPointer(start: bytes, count: count).writeAll(to: descriptor)
    if failure == 0 { failure = result.failure }
    return result.count
  }
}
