import Dispatch
import Glibc
import Streaming
import Synchronization
import Testing

@testable import ser_live

/// A sink whose reader stalls until it is let go.
private final class StallingSink: EventSink, Sendable {
  let refreshInterval: Double? = nil
  let received = Mutex<[StreamEvent]>([])
  let gate = DispatchSemaphore(value: 0)
  let failure: SinkError?

  init(failure: SinkError? = nil) { self.failure = failure }

  func receive(_ event: StreamEvent) throws(SinkError) {
    gate.wait()
    gate.signal()
    if let failure { throw failure }
    received.withLock { $0.append(event) }
  }

  func refresh(_ snapshots: [Snapshot]) {}
  func close() {}
}

@Suite struct QueuedSinkTests {
  private func frame(_ time: Double) -> StreamEvent {
    .frame(Snapshot(time: time, label: .silence, confidence: 1, probabilities: [0, 0], level: -60, speech: false))
  }

  private func label(_ time: Double, latency: Double? = nil) -> StreamEvent {
    .label(
      LabelChange(time: time, label: .uncertain, previous: .silence, confidence: 0.5, probabilities: [0.5, 0.5]),
      latency: latency)
  }

  @Test func aStalledReaderLosesFramesOnlyAndIsToldHowMany() throws {
    let stalled = StallingSink()
    let sink = QueuedSink(stalled)
    let frames = 3 * QueuedSink.mostWaiting
    for index in 0..<frames {
      try sink.receive(frame(Double(index)))
      try sink.receive(label(Double(index)))
    }
    stalled.gate.signal()
    try sink.close()
    let received = stalled.received.withLock(\.self)
    #expect(received.filter { if case .label = $0 { true } else { false } } == (0..<frames).map { label(Double($0)) })
    let written = received.count { if case .frame = $0 { true } else { false } }
    #expect(written == QueuedSink.mostWaiting / 2)
    let warnings = received.compactMap {
      if case .warning(let code, _, let message) = $0 { (code, message) } else { nil }
    }
    #expect(warnings.map(\.0) == ["frames_left_out"])
    #expect(warnings.first?.1.hasPrefix("\(frames - written) frames") == true)
  }

  @Test func latencyRunsUntilTheEventIsWritten() throws {
    let stalled = StallingSink()
    let sink = QueuedSink(stalled)
    try sink.receive(label(0, latency: 0.01))
    try sink.receive(label(1))
    DispatchQueue.global().asyncAfter(deadline: .now() + 0.2) { stalled.gate.signal() }
    try sink.close()
    let received = stalled.received.withLock(\.self)
    guard case .label(_, let latency?) = received.first else {
      Issue.record("no latency")
      return
    }
    // The clock is read when the sink is about to write, before its reader stalls.
    #expect(latency >= 0.01 && latency < 5)
    #expect(received.last == label(1))
  }

  @Test func aFailureIsThrownAtTheNextCall() throws {
    let failing = StallingSink(failure: .closed)
    failing.gate.signal()
    let sink = QueuedSink(failing)
    try sink.receive(label(0))
    #expect(throws: SinkError.closed) { try sink.close() }
    #expect(throws: SinkError.closed) { try sink.check() }
    #expect(throws: SinkError.closed) { try sink.receive(label(1)) }
    #expect(throws: SinkError.closed) { try sink.note("late") }
  }

  /// A sink that fails when it is closed.
  private struct LateSink: EventSink {
    var refreshInterval: Double? { nil }
    func receive(_ event: StreamEvent) {}
    func refresh(_ snapshots: [Snapshot]) {}
    func close() throws(SinkError) { throw .file("late", EIO) }
  }

  @Test func whatIsLostWhenItClosesIsThrown() throws {
    let sink = QueuedSink(LateSink())
    try sink.receive(label(0))
    #expect(throws: SinkError.file("late", EIO)) { try sink.close() }
    var group = SinkGroup([StallingSink(), LateSink()], kinds: Set(EventKind.allCases))
    #expect(throws: SinkError.file("late", EIO)) { try group.close() }
    let hearings = OrderedRecordings(LateSink(), window: 1, total: 1)
    #expect(throws: SinkError.file("late", EIO)) { try hearings.close() }
  }
}
