import Synchronization
import Testing

@testable import ser_live

@Suite struct ProgressLineTests {
  private let pipe = TestPipe()
  private let clock = TestClock()

  private func line(total: Int?) -> ProgressLine {
    ProgressLine(total: total, output: pipe.output) { clock.time }
  }

  @Test func saysHowFarItIs() {
    var line = line(total: 40)
    clock.time = 2
    line.update(done: 10, bad: 0)
    #expect(pipe.text() == "\r\u{1B}[K10 of 40 recordings, 6 s left")
    clock.time = 2.05
    line.update(done: 11, bad: 0)
    #expect(pipe.text() == "", "not more often than can be read")
    clock.time = 4
    line.update(done: 40, bad: 3)
    #expect(pipe.text() == "\r\u{1B}[K40 of 40 recordings, 3 bad")
    line.clear()
    line.clear()
    #expect(pipe.text() == "\r\u{1B}[K")
  }

  @Test func ofAListThatIsStillComingItKnowsNoEnd() {
    var line = line(total: nil)
    line.update(done: 7, bad: 1)
    #expect(pipe.text() == "\r\u{1B}[K7 recordings, 1 bad")
  }

  @Test func ofASingleRecordingThereIsNothingToTell() {
    var line = line(total: 1)
    line.update(done: 1, bad: 0)
    #expect(pipe.text() == "")
  }

  @Test func withoutATerminalThereIsNone() {
    var line = ProgressLine(total: 2, output: nil) { 0 }
    line.update(done: 1, bad: 0)
    line.clear()
    #expect(pipe.text() == "")
  }
}

/// A clock that the test sets.
private final class TestClock: Sendable {
  private let seconds = Mutex(0.0)
  var time: Double {
    get { seconds.withLock { $0 } }
    set { seconds.withLock { $0 = newValue } }
  }
}
