import Glibc
import Support

/// The reason that an event could not be written.
enum SinkError: ClassifiedError, Equatable {
  /// The reader has closed its end of the pipe: the program ends silently.
  case closed
  /// A system call failed with this `errno`.
  case failed(Int32)
  /// This file could not be opened or written.
  case file(String, Int32)

  var description: String {
    switch self {
    case .closed: "the reader of the output has gone"
    case .failed(let code): "cannot write the output: \(systemMessage(code)); check where it is sent"
    case .file(let path, let code): "cannot write \(path): \(systemMessage(code))"
    }
  }

  var errorClass: ErrorClass { self == .closed ? .stopped : .inputOutput }
}

/// A file descriptor for events, without a buffer: written data has left the program.
///
/// The program must ignore SIGPIPE, so that a missing reader gives `SinkError.closed`.
struct Output: Sendable {
  /// Occupies standard descriptors that are closed at the start, so that no file opened later takes their place and
  /// receives output. Reads and writes still fail.
  static func guardStandardDescriptors() {
    for descriptor in [STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO] where fcntl(descriptor, F_GETFD) < 0 {
      // The lowest free descriptor is this one.
      _ = open("/dev/null", descriptor == STDIN_FILENO ? O_WRONLY : O_RDONLY)
    }
  }

  static let standard = Output(descriptor: STDOUT_FILENO)
  static let messages = Output(descriptor: STDERR_FILENO)

  let descriptor: Int32
  private let system: @Sendable (Int32, UnsafeRawPointer, Int) -> Int
  private let closing: @Sendable (Int32) -> Int32

  /// - Parameters:
  ///   - descriptor: stays open until `close`, and with the caller.
  ///   - system: the system call `write`, or a substitute.
  ///   - closing: the system call `close`, or a substitute.
  init(
    descriptor: Int32, system: @escaping @Sendable (Int32, UnsafeRawPointer, Int) -> Int = { Glibc.write($0, $1, $2) },
    closing: @escaping @Sendable (Int32) -> Int32 = { Glibc.close($0) }
  ) {
    self.descriptor = descriptor
    self.system = system
    self.closing = closing
  }

  /// Writes all of `bytes`, in one system call where possible.
  func write(_ bytes: [UInt8]) throws(SinkError) {
    let failure: SinkError? = bytes.withUnsafeBytes { buffer in
      // SAFETY: `rest` stays within `buffer`, which lives as long as this closure.
      var rest = buffer[...]
      while !rest.isEmpty {
        let count = system(descriptor, UnsafeRawBufferPointer(rebasing: rest).baseAddress!, rest.count)
        if count >= 0 {
          rest = rest.dropFirst(count)
          continue
        }
        switch errno {
        case EINTR: continue
        case EAGAIN: wait()  // Another process that shares the pipe has made it non-blocking.
        case EPIPE: return .closed
        case let code: return .failed(code)
        }
      }
      return nil
    }
    if let failure { throw failure }
  }

  /// Writes machine-readable text or a document: UTF-8 in every locale.
  func write(_ text: String) throws(SinkError) {
    try write(Array(text.utf8))
  }

  /// Writes text for the user, in the characters of the locale.
  func writeText(_ text: String) throws(SinkError) {
    try write(LocaleText.bytes(text))
  }

  /// Closes the descriptor. Some systems report failed writes only here.
  func close() throws(SinkError) {
    // Linux has closed the descriptor even if it reports EINTR.
    guard closing(descriptor) == 0 || errno == EINTR else { throw .failed(errno) }
  }

  /// Whether a write would not block: false while a terminal is stopped or a pipe is full.
  var isReady: Bool { poll(timeout: 0) > 0 }

  private func wait() {
    _ = poll(timeout: -1)
  }

  private func poll(timeout: Int32) -> Int32 {
    var request = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
    return Glibc.poll(&request, 1, timeout)
  }
}
