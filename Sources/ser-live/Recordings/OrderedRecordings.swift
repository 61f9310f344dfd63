import Capture
import Dispatch
import Streaming
import Synchronization

/// Recordings that are processed concurrently and reported one after the other, in the order in which they were taken.
///
/// Output of the foremost recording is written at once; output of others waits for their turn.
final class OrderedRecordings: Sendable {
  /// A recording to process, or the reason that it cannot be.
  struct Turn {
    let index: Int
    let path: Result<String, CaptureError>
  }

  private struct Waiting {
    var recording: String?
    var events: [StreamEvent] = []
    var isOver = false
    var bad: CaptureError?
  }

  private struct State {
    var sink: any EventSink
    var progress: ProgressLine
    /// The recording whose turn it is.
    var foremost = 0
    /// The pending output of the foremost recording and of those after it.
    var waiting: [Int: Waiting] = [:]
    var bad: [CaptureError] = []
    var failure: (any Error)?
  }

  let refreshInterval: Double?
  private let isSingle: Bool
  private let state: Mutex<State>
  /// Number of recordings taken; has its own lock, because the next one may take long to arrive.
  private let taken = Mutex(0)
  /// Slots for recordings that finish before their turn, to bound memory.
  private let room: DispatchSemaphore

  /// - Parameters:
  ///   - sink: the sink of all output; closed by `close`.
  ///   - window: how many recordings may be taken before the first of them is finished.
  ///   - total: number of recordings; nil where unknown. The error of a single recording is that of the command.
  init(_ sink: sending any EventSink, window: Int, total: Int?) {
    refreshInterval = sink.refreshInterval
    isSingle = total == 1
    state = Mutex(State(sink: sink, progress: ProgressLine(total: total)))
    // Raised from zero: a semaphore that is deallocated below its initial value ends the program.
    room = DispatchSemaphore(value: 0)
    for _ in 0..<window { room.signal() }
  }

  /// The next recording, once there is a slot; nil where there is none, or writing has failed.
  func take(from next: () -> Result<String, CaptureError>?) -> Turn? {
    room.wait()
    let turn: Turn? = taken.withLock { taken in
      guard state.withLock({ $0.failure == nil }), let path = next() else { return nil }
      defer { taken += 1 }
      return Turn(index: taken, path: path)
    }
    if turn == nil { room.signal() }
    return turn
  }

  /// Throws the error that ended the writing.
  func check() throws(SinkError) {
    if let failure = state.withLock({ $0.failure as? SinkError }) { throw failure }
  }

  /// Begins a recording's events.
  func begin(_ recording: String, index: Int) {
    state.withLock { state in
      if index == state.foremost {
        state.sink.begin(recording)
      } else {
        state.waiting[index, default: Waiting()].recording = recording
      }
    }
  }

  func receive(_ event: StreamEvent, index: Int) throws(SinkError) {
    try check()
    try state.withLock { state throws(SinkError) in
      if index == state.foremost {
        try state.sink.receive(event)
      } else {
        state.waiting[index, default: Waiting()].events.append(event)
      }
    }
  }

  func refresh(_ snapshots: [Snapshot]) throws(SinkError) {
    try state.withLock { state throws(SinkError) in try state.sink.refresh(snapshots) }
  }

  func note(_ line: String) throws(SinkError) {
    try state.withLock { state throws(SinkError) in
      state.progress.clear()
      try state.sink.note(line)
    }
  }

  func reopen() throws(SinkError) {
    try state.withLock { state throws(SinkError) in try state.sink.reopen() }
  }

  /// Ends a recording; if it is the foremost, it and the finished ones after it free their slots.
  ///
  /// - Parameter bad: its fault.
  func end(_ index: Int, _ bad: CaptureError?) {
    state.withLock { state in
      state.waiting[index, default: Waiting()].isOver = true
      state.waiting[index]!.bad = bad
      while let first = state.waiting[state.foremost] {
        write(first, &state)
        guard first.isOver else {
          state.waiting[state.foremost] = nil
          return
        }
        state.waiting[state.foremost] = nil
        state.foremost += 1
        room.signal()
        state.progress.update(done: state.foremost, bad: state.bad.count)
      }
    }
  }

  /// Ends all recordings because of an error unrelated to them.
  func fail(_ error: any Error) {
    state.withLock { state in
      if state.failure == nil { state.failure = error }
    }
  }

  /// - Throws: the error that ended the writing, or the faults of recordings; nothing where there were none.
  func conclude() throws {
    let (bad, count, failure) = state.withLock { ($0.bad, $0.foremost, $0.failure) }
    if let failure { throw failure }
    guard let first = bad.first else { return }
    if isSingle { throw first }
    throw CaptureError(.badData, "\(bad.count) of \(count) recordings could not be used")
  }

  /// Leaves standard output and standard error in the state that readers expect.
  ///
  /// - Throws: a write error that no other call has thrown.
  func close() throws(SinkError) {
    try state.withLock { state throws(SinkError) in
      state.progress.clear()
      try state.sink.close()
    }
  }

  private func write(_ waiting: Waiting, _ state: inout State) {
    guard state.failure == nil else { return }
    do throws(SinkError) {
      if let recording = waiting.recording { state.sink.begin(recording) }
      for event in waiting.events { try state.sink.receive(event) }
      guard let bad = waiting.bad else { return }
      state.bad.append(bad)
      if !isSingle {
        state.progress.clear()
        try state.sink.note("ser-live: \(bad)")
      }
    } catch {
      state.failure = error
    }
  }
}

/// The sink of one recording within the order.
struct OrderedSink: EventSink {
  let recordings: OrderedRecordings
  let index: Int

  var refreshInterval: Double? { recordings.refreshInterval }

  func receive(_ event: StreamEvent) throws(SinkError) { try recordings.receive(event, index: index) }

  func refresh(_ snapshots: [Snapshot]) throws(SinkError) { try recordings.refresh(snapshots) }

  func begin(_ recording: String) { recordings.begin(recording, index: index) }

  func reopen() throws(SinkError) { try recordings.reopen() }

  func note(_ line: String) throws(SinkError) { try recordings.note(line) }

  func check() throws(SinkError) { try recordings.check() }

  func close() {}
}
