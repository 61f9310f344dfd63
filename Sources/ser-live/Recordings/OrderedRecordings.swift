import Capture
import Dispatch
import Streaming
import Synchronization

/// Recordings that are heard at the same time and reported one after the other, in the order in which they were taken.
///
/// What the foremost reports is written at once; what others report waits for their turn.
final class OrderedRecordings: Sendable {
  /// A recording to hear, or why it cannot be.
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
    /// What it and the ones behind it have to report and have not yet.
    var waiting: [Int: Waiting] = [:]
    var bad: [CaptureError] = []
    var failure: (any Error)?
  }

  let refreshInterval: Double?
  private let isSingle: Bool
  private let state: Mutex<State>
  /// How many were taken; locked by itself, for the next one may be long in coming.
  private let taken = Mutex(0)
  /// Room for recordings that are over before their turn comes, so that memory has a bound.
  private let room: DispatchSemaphore

  /// - Parameters:
  ///   - sink: where everything goes in the end; closed by `close`.
  ///   - window: how many recordings may be taken before the first of them is over.
  ///   - total: how many there are; nil where nobody knows. The error of a single one is that of the whole.
  init(_ sink: sending any EventSink, window: Int, total: Int?) {
    refreshInterval = sink.refreshInterval
    isSingle = total == 1
    state = Mutex(State(sink: sink, progress: ProgressLine(total: total)))
    // Raised from zero: one that is let go below its first value ends the program.
    room = DispatchSemaphore(value: 0)
    for _ in 0..<window { room.signal() }
  }

  /// The next recording, once there is room; nil where there is none, or nothing can be written any more.
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

  /// Throws what has ended the writing.
  func check() throws(SinkError) {
    if let failure = state.withLock({ $0.failure as? SinkError }) { throw failure }
  }

  /// A recording's events begin.
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

  /// A recording is over; if its turn has come, it and those behind it that are over as well make room.
  ///
  /// - Parameter bad: what is wrong with it.
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

  /// Ends everything because of what is no recording's fault.
  func fail(_ error: any Error) {
    state.withLock { state in
      if state.failure == nil { state.failure = error }
    }
  }

  /// - Throws: what ended the writing, or that recordings were bad; nothing where all went well.
  func conclude() throws {
    let (bad, count, failure) = state.withLock { ($0.bad, $0.foremost, $0.failure) }
    if let failure { throw failure }
    guard let first = bad.first else { return }
    if isSingle { throw first }
    throw CaptureError(.badData, "\(bad.count) of \(count) recordings could not be used")
  }

  /// Leaves standard output and standard error as readers expect them.
  ///
  /// - Throws: what could not be written, where nothing else has said so.
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

/// One recording's way into the order.
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
