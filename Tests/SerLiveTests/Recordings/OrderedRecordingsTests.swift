import Capture
import Dispatch
import Glibc
import Streaming
import Synchronization
import Testing

@testable import ser_live

@Suite struct OrderedRecordingsTests {
  /// Notes what it receives; fails from an event on where that is asked for.
  private final class Record: EventSink, Sendable {
    let lines = Mutex<[String]>([])
    let failsAfter: Int

    init(failsAfter: Int = .max) { self.failsAfter = failsAfter }

    var refreshInterval: Double? { nil }

    func receive(_ event: StreamEvent) throws(SinkError) {
      guard case .warning(let code, _, _) = event else { return }
      let isFull = lines.withLock { lines in
        lines.append(code)
        return lines.count > failsAfter
      }
      if isFull { throw .failed(28) }
    }

    func begin(_ recording: String) { lines.withLock { $0.append("begin \(recording)") } }
    func note(_ line: String) { lines.withLock { $0.append(line) } }
    func refresh(_ snapshots: [Snapshot]) {}
    func close() { lines.withLock { $0.append("closed") } }
  }

  private func event(_ code: String) -> StreamEvent { .warning(code: code, time: 0, message: "") }

  private func take(_ names: [String], from hearings: OrderedRecordings) -> [Int] {
    names.compactMap { name in hearings.take { .success(name) }?.index }
  }

  @Test func eachWaitsForItsTurn() throws {
    let record = Record()
    let hearings = OrderedRecordings(record, window: 4, total: 3)
    #expect(take(["a", "b", "c"], from: hearings) == [0, 1, 2])
    hearings.begin("c", index: 2)
    try hearings.receive(event("c1"), index: 2)
    hearings.begin("b", index: 1)
    try hearings.receive(event("b1"), index: 1)
    hearings.end(2, CaptureError(.badData, "c is torn"))
    hearings.begin("a", index: 0)
    try hearings.receive(event("a1"), index: 0)
    #expect(record.lines.withLock { $0 } == ["begin a", "a1"], "the foremost writes at once")
    hearings.end(0, nil)
    #expect(record.lines.withLock { $0 } == ["begin a", "a1", "begin b", "b1"], "then what the next one had to say")
    try hearings.receive(event("b2"), index: 1)
    hearings.end(1, nil)
    #expect(
      record.lines.withLock { $0 }
        == ["begin a", "a1", "begin b", "b1", "b2", "begin c", "c1", "ser-live: c is torn"])
    let error = #expect(throws: CaptureError.self) { try hearings.conclude() }
    #expect(error?.kind == .badData && error?.message == "1 of 3 recordings could not be used")
    try hearings.close()
    #expect(record.lines.withLock { $0.last } == "closed")
  }

  @Test func theErrorOfASingleOneIsThatOfAll() {
    let record = Record()
    let hearings = OrderedRecordings(record, window: 4, total: 1)
    _ = take(["a"], from: hearings)
    hearings.end(0, CaptureError(.noInput, "there is no a"))
    let error = #expect(throws: CaptureError.self) { try hearings.conclude() }
    #expect(error?.kind == .noInput && record.lines.withLock { $0 } == [])
  }

  @Test func whatCannotBeWrittenEndsEverything() throws {
    let hearings = OrderedRecordings(Record(failsAfter: 1), window: 4, total: 9)
    _ = take(["a", "b"], from: hearings)
    try hearings.receive(event("b1"), index: 1)
    try hearings.receive(event("b2"), index: 1)
    hearings.end(0, nil)
    #expect(throws: SinkError.failed(28)) { try hearings.receive(event("b3"), index: 1) }
    #expect(take(["c"], from: hearings) == [])
    #expect(throws: SinkError.failed(28)) { try hearings.conclude() }
  }

  private final class Number: Sendable {
    let value = Atomic(-1)
    var now: Int { value.load(ordering: .sequentiallyConsistent) }
  }

  @Test func memoryHasABound() {
    let hearings = OrderedRecordings(Record(), window: 2, total: nil)
    #expect(take(["a", "b"], from: hearings) == [0, 1])
    hearings.end(1, nil)
    let third = Number()
    DispatchQueue.global().async {
      let turn = hearings.take { .success("c") }
      third.value.store(turn?.index ?? -2, ordering: .sequentiallyConsistent)
    }
    usleep(50_000)
    #expect(third.now == -1, "the first one is not over")
    hearings.end(0, nil)
    let deadline = ContinuousClock.now + .seconds(10)
    while third.now == -1, ContinuousClock.now < deadline { usleep(1000) }
    #expect(third.now == 2)
  }
}
