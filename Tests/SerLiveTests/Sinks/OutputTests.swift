import Glibc
import Synchronization
import Testing

@testable import ser_live

/// A stand-in for the system call `write` that follows a script.
private final class Script: Sendable {
  enum Step {
    case take(Int)
    case fail(Int32)
  }

  private let state: Mutex<(steps: [Step], written: [UInt8], calls: Int)>

  init(_ steps: [Step]) {
    state = Mutex((steps, [], 0))
  }

  var written: [UInt8] { state.withLock { $0.written } }
  var calls: Int { state.withLock { $0.calls } }

  /// An output whose descriptor `poll` finds writable.
  func output(_ pipe: TestPipe) -> Output {
    Output(descriptor: pipe.writer) { _, bytes, count in
      self.state.withLock { state in
        state.calls += 1
        switch state.steps.isEmpty ? .take(count) : state.steps.removeFirst() {
        case .take(let most):
          let taken = min(most, count)
          // SAFETY: the caller vouches for `count` bytes, as for `write`.
          state.written += UnsafeRawBufferPointer(start: bytes, count: taken)
          return taken
        case .fail(let code):
          errno = code
          return -1
        }
      }
    }
  }
}

@Suite struct OutputTests {
  private let bytes = Array("0123456789".utf8)

  @Test func writesAtOnce() throws {
    let script = Script([])
    try script.output(TestPipe()).write(bytes)
    #expect(script.written == bytes)
    #expect(script.calls == 1)
  }

  @Test func goesOnAfterInterruptsAndPartialWrites() throws {
    let script = Script([.fail(EINTR), .take(3), .fail(EINTR), .fail(EAGAIN), .take(1), .take(0)])
    try script.output(TestPipe()).write(bytes)
    #expect(script.written == bytes)
    #expect(script.calls == 7)
  }

  @Test func nothingIsWrittenForNothing() throws {
    let script = Script([])
    try script.output(TestPipe()).write([])
    #expect(script.calls == 0)
  }

  @Test func readerThatHasGoneIsNoFailure() {
    let script = Script([.take(2), .fail(EPIPE)])
    let error = #expect(throws: SinkError.self) { try script.output(TestPipe()).write(bytes) }
    #expect(error == .closed)
    #expect(error?.errorClass.rawValue == 0)
  }

  @Test func fullDiskIsAnIOError() {
    let script = Script([.fail(ENOSPC)])
    let error = #expect(throws: SinkError.self) { try script.output(TestPipe()).write(bytes) }
    #expect(error == .failed(ENOSPC))
    #expect(error?.errorClass.rawValue == 74)
    #expect(error?.description.contains("No space left on device") == true)
  }

  @Test(arguments: [
    (EIO, SinkError.failed(EIO)), (ENOSPC, SinkError.failed(ENOSPC)), (EDQUOT, SinkError.failed(EDQUOT)),
  ])
  func whatIsLostAtItsEndIsAnError(code: Int32, expected: SinkError) throws {
    let output = Output(
      descriptor: -1, system: { _, _, count in count },
      closing: { _ in
        errno = code
        return -1
      })
    try output.write(bytes)
    #expect(throws: expected) { try output.close() }
    let interrupted = Output(
      descriptor: -1,
      closing: { _ in
        errno = EINTR
        return -1
      })
    try interrupted.close()
  }

  @Test func brokenPipeOfTheSystem() {
    signal(SIGPIPE, SIG_IGN)
    var ends: [Int32] = [-1, -1]
    #expect(pipe(&ends) == 0)
    close(ends[0])
    let error = #expect(throws: SinkError.self) { try Output(descriptor: ends[1]).write(bytes) }
    #expect(error == .closed)
    close(ends[1])
  }

  @Test func fullPipeIsNotReady() throws {
    let pipe = TestPipe()
    #expect(pipe.output.isReady)
    try pipe.output.write([UInt8](repeating: 0, count: 65536))
    #expect(!pipe.output.isReady)
    _ = pipe.text()
    #expect(pipe.output.isReady)
  }
}
