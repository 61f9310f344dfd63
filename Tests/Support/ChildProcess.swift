import Foundation
import Glibc
import Support

/// A program that a test starts, feeds, listens to and signals; it is killed when the test forgets it.
///
/// Its outputs are read by threads of their own, so it never stalls because a test looks elsewhere.
public final class ChildProcess: @unchecked Sendable {
  // SAFETY: `@unchecked` for `status` and `inputWriter`, which only the one test that owns the process uses.

  /// What the program has as its standard input.
  public enum Input: Sendable {
    case file(String)
    /// What `write` gives, until `closeInput`.
    case pipe
  }

  /// What the program has as its standard output.
  public enum Output: Sendable {
    /// Read by `lines`.
    case collected
    /// A pipe that nobody reads until `readOutput`.
    case unread
    case file(String)
    case closed
  }

  /// How a program ended.
  public enum Ending: Sendable, Equatable {
    case exited(Int32)
    case killed(signal: Int32)
    /// It had to be killed because its time was over.
    case overdue
  }

  /// Read once: other tests may change the environment at the same time, which the C library does not arbitrate.
  ///
  /// The locale is UTF-8 unless a test says otherwise: what is written for people is ASCII in others.
  private static let inherited = ProcessInfo.processInfo.environment.merging(["LC_ALL": "C.UTF-8"]) { $1 }

  private static let starting = NSLock()

  public let processIdentifier: pid_t
  public let lines: LineReader
  public let errors: LineReader
  private var inputWriter: Int32?
  private var status: Ending?

  /// - Parameters:
  ///   - environment: added to the test's own.
  public init(
    _ executable: String, _ arguments: [String], environment: [String: String] = [:],
    input: Input = .file("/dev/null"), output: Output = .collected
  ) throws {
    // A program that starts between a pipe's making and its marking would inherit it, and keep it open.
    Self.starting.lock()
    defer { Self.starting.unlock() }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    var toClose: [Int32] = []
    defer { for descriptor in toClose { close(descriptor) } }
    func pipe() -> (reader: Int32, writer: Int32) {
      var ends: [Int32] = [0, 0]
      let code = Glibc.pipe(&ends)
      precondition(code == 0, "no pipe can be made")
      for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
      return (ends[0], ends[1])
    }

    switch input {
    case .file(let path): posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, path, O_RDONLY, 0)
    case .pipe:
      let (reader, writer) = pipe()
      posix_spawn_file_actions_adddup2(&actions, reader, STDIN_FILENO)
      toClose.append(reader)
      inputWriter = writer
    }
    switch output {
    case .collected, .unread:
      let (reader, writer) = pipe()
      posix_spawn_file_actions_adddup2(&actions, writer, STDOUT_FILENO)
      toClose.append(writer)
      lines = LineReader(descriptor: reader)
      if case .collected = output { lines.start() }
    case .file(let path):
      posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, path, O_WRONLY, 0)
      lines = LineReader(descriptor: nil)
    case .closed:
      posix_spawn_file_actions_addclose(&actions, STDOUT_FILENO)
      lines = LineReader(descriptor: nil)
    }
    let (reader, writer) = pipe()
    posix_spawn_file_actions_adddup2(&actions, writer, STDERR_FILENO)
    toClose.append(writer)
    errors = LineReader(descriptor: reader)
    errors.start()

    // The test's own dispositions and masks are none of the program's business.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let variables = Self.inherited.merging(environment) { $1 }
    var argumentPointers = ([executable] + arguments).map { strdup($0.cPath) } + [nil]
    var variablePointers = variables.map { strdup("\($0)=\($1)".cPath) } + [nil]
    defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
    var identifier: pid_t = 0
    let code = posix_spawn(&identifier, executable, &actions, &attributes, &argumentPointers, &variablePointers)
    guard code == 0 else { throw POSIXError(POSIXErrorCode(rawValue: code) ?? .EIO) }
    processIdentifier = identifier
  }

  deinit {
    closeInput()
    if status == nil {
      kill(processIdentifier, SIGKILL)
      waitpid(processIdentifier, nil, 0)
    }
  }

  /// Feeds standard input; blocks while the pipe is full.
  ///
  /// - Returns: Whether the program took all of it; false once it reads no more.
  @discardableResult
  public func write(_ bytes: some Sequence<UInt8>) -> Bool {
    // The default disposition would end the whole test run.
    signal(SIGPIPE, SIG_IGN)
    var rest = Array(bytes)[...]
    while !rest.isEmpty {
      guard let inputWriter else { return false }
      let count = rest.withUnsafeBytes { Glibc.write(inputWriter, $0.baseAddress!, $0.count) }
      if count < 0, errno == EINTR { continue }
      if count < 0 { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }

  public func closeInput() {
    if let inputWriter { close(inputWriter) }
    inputWriter = nil
  }

  public func send(_ signal: Int32) { kill(processIdentifier, signal) }

  /// Waits for the end, and for what the program wrote before it.
  public func end(within limit: Duration) -> Ending {
    if let status { return status }
    let deadline = ContinuousClock.now + limit
    var code: Int32 = 0
    while true {
      let result = waitpid(processIdentifier, &code, WNOHANG)
      if result == processIdentifier { break }
      if ContinuousClock.now >= deadline {
        kill(processIdentifier, SIGKILL)
        waitpid(processIdentifier, nil, 0)
        status = .overdue
        return .overdue
      }
      usleep(1000)
    }
    lines.waitForEnd()
    errors.waitForEnd()
    let signal = code & 0x7F
    let ending = signal == 0 ? Ending.exited((code >> 8) & 0xFF) : .killed(signal: signal)
    status = ending
    return ending
  }

  /// The most memory the program had resident so far, in bytes; nil once it has ended.
  public var peakMemory: Int? {
    guard let text = try? String(contentsOfFile: "/proc/\(processIdentifier)/status", encoding: .utf8) else {
      return nil
    }
    let line = text.split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
    return line.flatMap { $0.split(separator: " ").dropFirst().first }.flatMap { Int($0) }.map { $0 * 1024 }
  }
}

/// Reads a pipe line by line and notes when each came.
public final class LineReader: @unchecked Sendable {
  // SAFETY: `@unchecked` because everything that changes is touched with `condition` locked only.

  public struct Line: Sendable {
    public let text: String
    public let arrival: ContinuousClock.Instant
  }

  private let condition = NSCondition()
  private var descriptor: Int32?
  private var isReading = false
  private var collected: [Line] = []
  private var rest: [UInt8] = []
  private var cursor = 0

  init(descriptor: Int32?) {
    self.descriptor = descriptor
  }

  deinit {
    if let descriptor { close(descriptor) }
  }

  /// Begins to read, on a thread of its own.
  public func start() {
    condition.withLock { isReading = descriptor != nil }
    Thread { self.read() }.start()
  }

  /// Closes the pipe unread, as a reader that goes away does.
  public func abandon() {
    condition.withLock {
      if let descriptor { close(descriptor) }
      descriptor = nil
    }
  }

  /// All lines so far.
  public var all: [String] { condition.withLock { collected.map(\.text) } }

  /// All that was written so far, with what stands behind the last line's end.
  public var text: String {
    condition.withLock { collected.map { $0.text + "\n" }.joined() + String(decoding: rest, as: UTF8.self) }
  }

  /// The next line that fits, looking on from the last one that was returned; nil where none comes in time.
  public func next(within limit: Duration, where fits: (String) -> Bool = { _ in true }) -> Line? {
    let deadline = Date(timeIntervalSinceNow: limit / .seconds(1))
    condition.lock()
    defer { condition.unlock() }
    while true {
      while cursor < collected.count {
        defer { cursor += 1 }
        if fits(collected[cursor].text) { return collected[cursor] }
      }
      if !isReading || !condition.wait(until: deadline) { return nil }
    }
  }

  /// Waits until the last writer has closed the pipe; at most some seconds, for it may have left children behind.
  func waitForEnd() {
    let deadline = Date(timeIntervalSinceNow: 5)
    condition.lock()
    while isReading, condition.wait(until: deadline) {}
    condition.unlock()
  }

  private func read() {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while let descriptor = condition.withLock({ self.descriptor }) {
      let count = Glibc.read(descriptor, &buffer, buffer.count)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { break }
      let now = ContinuousClock.now
      condition.withLock {
        rest += buffer[..<count]
        while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
          collected.append(Line(text: String(decoding: rest[..<end], as: UTF8.self), arrival: now))
          rest.removeSubrange(...end)
        }
        condition.broadcast()
      }
    }
    condition.withLock {
      isReading = false
      condition.broadcast()
    }
  }
}
