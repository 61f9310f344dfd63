import Glibc
import Support

/// Paths from a file or a pipe, one on each line, read on demand.
///
/// Lines end with LF or CR LF. If the first block of a list contains a zero byte (`find -print0`), its paths end with
/// zero bytes instead, and may contain any other byte. A UTF-8 byte order mark is ignored.
final class PathList {
  /// The terminator of paths.
  private enum Ending: UInt8 {
    case zero = 0
    case line = 0x0A
  }

  private let descriptor: Int32
  /// For error messages.
  private let name: String
  private let stop: StopFlag
  /// Bytes read but not returned yet, from `position` on.
  private var bytes: [UInt8] = []
  private var position = 0
  private var ending: Ending?
  private var isAtStart = true
  private var hasEnded = false
  /// Whether the list is a regular file, so that all of it is available at once.
  let isFile: Bool

  /// - Parameters:
  ///   - path: of the list; `-` is standard input.
  ///   - stop: ends the list within a tenth of a second after it is set, during any wait.
  /// - Throws: where it cannot be opened.
  init(_ path: String, stop: StopFlag) throws(OperationError) {
    self.stop = stop
    name = path == "-" ? "standard input" : path
    // Does not wait for a named pipe here: nothing could end that.
    descriptor = path == "-" ? STDIN_FILENO : open(path.cPath, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
    guard descriptor >= 0 else { throw OperationError(.noInput, "cannot read \(path): \(systemMessage(errno))") }
    var status = stat()
    isFile = fstat(descriptor, &status) == 0 && status.st_mode & S_IFMT == S_IFREG && path != "-"
    guard status.st_mode & S_IFMT != S_IFDIR else {
      throw OperationError(.noInput, "\(name) is a folder: name it without --list")
    }
  }

  deinit {
    if descriptor != STDIN_FILENO { close(descriptor) }
  }

  /// The next non-empty path; nil after the last, and after a stop.
  ///
  /// - Throws: where the list is unreadable, or is UTF-16.
  func next() throws(OperationError) -> String? {
    var searched = position
    while true {
      if let ending, let end = bytes[searched...].firstIndex(of: ending.rawValue) {
        var path = bytes[position..<end]
        position = end + 1
        searched = position
        if ending == .line, path.last == 0x0D { path.removeLast() }
        if !path.isEmpty { return String(pathBytes: path) }
        continue
      }
      if hasEnded {
        let path = bytes[position...]
        position = bytes.count
        return path.isEmpty || stop.isStopped ? nil : String(pathBytes: path)
      }
      // Bytes from before the terminator was known are still to be searched.
      searched = ending == nil ? 0 : bytes.count - position
      try fill()
    }
  }

  /// Reads on, or detects the end of the list.
  private func fill() throws(OperationError) {
    bytes.removeSubrange(..<position)
    position = 0
    let size = 65536
    var request = pollfd(fd: descriptor, events: Int16(POLLIN), revents: 0)
    while true {
      if stop.isStopped {
        hasEnded = true
        return
      }
      if poll(&request, 1, 100) <= 0 { continue }
      let piece = [UInt8](unsafeUninitializedCapacity: size) { buffer, count in
        // SAFETY: `read` writes at most as many bytes as there is room for.
        let result = read(descriptor, buffer.baseAddress, size)
        hasEnded = result == 0
        count = max(0, result)
      }
      if hasEnded || !piece.isEmpty {
        try take(piece)
        return
      }
      guard errno == EINTR || errno == EAGAIN else {
        throw OperationError(.inputOutput, "cannot read \(name): \(systemMessage(errno))")
      }
    }
  }

  private func take(_ piece: [UInt8]) throws(OperationError) {
    bytes += piece
    if isAtStart, bytes.count >= 3 || hasEnded {
      isAtStart = false
      if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
        throw OperationError(.badData, "\(name) is UTF-16: save the list as UTF-8")
      }
      if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { bytes.removeFirst(3) }
    }
    guard ending == nil, !isAtStart else { return }
    if bytes.contains(Ending.zero.rawValue) {
      ending = .zero
    } else if bytes.contains(Ending.line.rawValue) {
      ending = .line
    }
  }
}
