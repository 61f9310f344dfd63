import Capture
import Dispatch
import Streaming
import Support
import Synchronization

/// Writes through another sink on a separate thread, so that a stalled reader does not block recognition.
///
/// Labels, utterances, predictions and warnings wait without limit. Frames and redraws are useless when they are old:
/// while `mostWaiting` items wait, new ones are dropped; dropped frames are counted, and reported in a warning.
final class QueuedSink: EventSink, Sendable {
  static let mostWaiting = 256

  private struct State {
    /// Items that are waiting or being written.
    var waiting = 0
    /// Frames dropped since the last warning about them, and the time of the first.
    var framesLeftOut = 0
    var leftOutSince = 0.0
    var failure: SinkError?
  }

  let refreshInterval: Double?
  private let stop: StopFlag
  private let state = Mutex(State())
  private let queue = DispatchQueue(label: "ser-live.sink")
  // SAFETY: accessed only on `queue`, which runs one item at a time.
  nonisolated(unsafe) private var sink: any EventSink

  /// - Parameter stop: set when writing has failed, so that a silent source ends, too.
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

  /// Waits until all items are written.
  ///
  /// - Throws: the first write error.
  func close() throws(SinkError) {
    let failure: SinkError? = queue.sync {
      do throws(SinkError) {
        try sink.close()
        return nil
      } catch {
        return error
      }
    }
    // The first failure is the cause of all later ones.
    try check()
    if let failure { throw failure }
  }

  /// Whether there is room for an item that may be dropped.
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

  /// On the queue: runs one item, then reports dropped frames once the queue is empty.
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
