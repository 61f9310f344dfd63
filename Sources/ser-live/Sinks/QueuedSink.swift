import Capture
import Dispatch
import Streaming
import Support
import Synchronization

/// Writes through another sink on a thread of its own, so that a reader who stalls holds nothing up.
///
/// Labels, utterances, verdicts and warnings wait as long as it takes. Frames and redraws are worth nothing when they are
/// old: while `mostWaiting` things wait, new ones are left out; frames are counted, and a warning tells how many.
final class QueuedSink: EventSink, Sendable {
  static let mostWaiting = 256

  private struct State {
    /// Things that wait or are being written.
    var waiting = 0
    /// Frames left out since the last warning about it, and the time of the first of them.
    var framesLeftOut = 0
    var leftOutSince = 0.0
    var failure: SinkError?
  }

  let refreshInterval: Double?
  private let stop: StopFlag
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "ser-live.sink")
  // SAFETY: touched on `queue` only, which does one thing at a time.
  nonisolated(unsafe) private var sink: any EventSink

  /// - Parameter stop: set where nothing can be written any more, so that a source in which nothing is heard ends, too.
  init(_ sink: any EventSink, stop: StopFlag = StopFlag()) {
    self.sink = sink
    self.stop = stop
    refreshInterval = sink.refreshInterval
  }

  func receive(_ event: StreamEvent) throws(SinkError) {
    try check()
    if case .frame(let snapshot) = event.content {
      guard admitsMore(orCounts: snapshot) else { return }
    } else {
      state.withLock { $0.waiting += 1 }
    }
    let queued = MonotonicClock().now()
    queue.async { [self] in
      write { sink throws(SinkError) in try sink.receive(event.delayed(by: MonotonicClock().now() - queued)) }
    }
  }

  func refresh(_ snapshots: [Snapshot]) throws(SinkError) {
    try check()
    guard admitsMore(orCounts: nil) else { return }
    queue.async { [self] in write { sink throws(SinkError) in try sink.refresh(snapshots) } }
  }

  func note(_ line: String) throws(SinkError) {
    try check()
    state.withLock { $0.waiting += 1 }
    queue.async { [self] in write { sink throws(SinkError) in try sink.note(line) } }
  }

  func begin(_ recording: String) {
    queue.async { [self] in sink.begin(recording) }
  }

  func reopen() throws(SinkError) {
    try check()
    state.withLock { $0.waiting += 1 }
    queue.async { [self] in write { sink throws(SinkError) in try sink.reopen() } }
  }

  func check() throws(SinkError) {
    if let failure = state.withLock(\.failure) { throw failure }
  }

  /// Waits until everything is written.
  ///
  /// - Throws: why something was not.
  func close() throws(SinkError) {
    let failure: SinkError? = queue.sync {
      do throws(SinkError) {
        try sink.close()
        return nil
      } catch {
        return error
      }
    }
    // What failed first is the reason for all that failed later.
    try check()
    if let failure { throw failure }
  }

  /// Whether there is room for something that may be left out.
  private func admitsMore(orCounts frame: Snapshot?) -> Bool {
    state.withLock { state in
      guard state.waiting >= Self.mostWaiting else {
        state.waiting += 1
        return true
      }
      if let frame {
        if state.framesLeftOut == 0 { state.leftOutSince = frame.time }
        state.framesLeftOut += 1
      }
      return false
    }
  }

  /// On the queue: does one thing, then tells what was left out once nothing waits any more.
  private func write(_ work: (inout any EventSink) throws(SinkError) -> Void) {
    do throws(SinkError) {
      try check()
      try work(&sink)
      let (count, since) = state.withLock { state in
        state.waiting -= 1
        guard state.waiting == 0 else { return (0, 0.0) }
        defer { state.framesLeftOut = 0 }
        return (state.framesLeftOut, state.leftOutSince)
      }
      guard count > 0 else { return }
      try sink.receive(
        .warning(
          code: "frames_left_out", time: since, message: "\(count) frames were not written: the reader was too slow"))
    } catch {
      state.withLock { $0.failure = error }
      stop.requestStop()
    }
  }
}
