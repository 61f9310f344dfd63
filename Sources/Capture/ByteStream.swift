import Glibc
import Support

/// Reads bytes from a file descriptor; a stop request ends any wait.
struct ByteStream: ~Copyable {
  private let fileDescriptor: Int32
  private let stop: StopFlag
  /// Bytes that `peek` has returned and that are still to be read.
  private var ahead: [UInt8] = []
  /// Whether the end was reached or a stop was requested.
  private(set) var isAtEnd = false

  /// Whether a stop was requested.
  var isStopped: Bool { stop.isStopped }

  /// - Parameter fileDescriptor: open for reading; stays open.
  init(fileDescriptor: Int32, stop: StopFlag) {
    self.fileDescriptor = fileDescriptor
    self.stop = stop
  }

  /// Returns the next bytes without reading them: `count`, or fewer at the end.
  mutating func peek(_ count: Int) throws(CaptureError) -> ArraySlice<UInt8> {
    if ahead.count < count {
      let buffer = Storage<UInt8>(repeating: 0, count: count - ahead.count)
      while ahead.count < count, !isAtEnd {
        let free = UnsafeMutableRawBufferPointer(buffer.elements)[..<(count - ahead.count)]
        let done = try receive(UnsafeMutableRawBufferPointer(rebasing: free))
        ahead += buffer.elements[..<done]
      }
    }
    return ahead.prefix(count)
  }

  /// Reads exactly `count` bytes; nil where the stream ends before.
  mutating func read(_ count: Int) throws(CaptureError) -> [UInt8]? {
    guard try peek(count).count == count else { return nil }
    defer { ahead.removeFirst(count) }
    return Array(ahead[..<count])
  }

  /// Skips `count` bytes, or fewer at the end.
  mutating func skip(_ count: Int) throws(CaptureError) {
    var rest = count
    while rest > 0, !isAtEnd || !ahead.isEmpty {
      let piece = try peek(min(rest, 16_384)).count
      if piece == 0 { return }
      ahead.removeFirst(piece)
      rest -= piece
    }
  }

  /// Reads the available bytes, at least one; waits for it.
  ///
  /// - Returns: The number of bytes; 0 at the end.
  mutating func read(into buffer: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    guard ahead.isEmpty else {
      let count = min(ahead.count, buffer.count)
      for index in 0..<count { buffer[index] = ahead[index] }
      ahead.removeFirst(count)
      return count
    }
    while !isAtEnd {
      let count = try receive(buffer)
      if count > 0 { return count }
    }
    return 0
  }

  /// Waits with `poll` for one `read`, so that a stop request takes effect at any time.
  ///
  /// - Returns: The number of bytes read; 0 at the end, and where none have arrived yet.
  private mutating func receive(_ buffer: UnsafeMutableRawBufferPointer) throws(CaptureError) -> Int {
    if stop.isStopped {
      isAtEnd = true
      return 0
    }
    var descriptor = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
    let ready = poll(&descriptor, 1, 100)
    if ready == 0 || ready < 0 && errno == EINTR { return 0 }
    // SAFETY: the buffer has room for `count` bytes.
    let result = ready < 0 ? -1 : Glibc.read(fileDescriptor, buffer.baseAddress, buffer.count)
    if result > 0 { return result }
    if result == 0 {
      isAtEnd = true
    } else if errno != EINTR, errno != EAGAIN {
      throw CaptureError(.inputOutput, "cannot read standard input: \(systemMessage(errno))")
    }
    return 0
  }
}
