import Streaming

/// Several sinks as one: each receives every event of the selected kinds.
struct SinkGroup: EventSink {
  /// The first is the one for messages to the user.
  private var sinks: [any EventSink]
  private let kinds: Set<EventKind>

  /// - Parameter sinks: at least one; notes go to the first.
  init(_ sinks: [any EventSink], kinds: Set<EventKind>) {
    precondition(!sinks.isEmpty, "events must go somewhere")
    self.sinks = sinks
    self.kinds = kinds
  }

  var refreshInterval: Double? { sinks.compactMap(\.refreshInterval).min() }

  mutating func receive(_ event: StreamEvent) throws(SinkError) {
    guard kinds.contains(event.kind) else { return }
    for index in sinks.indices { try sinks[index].receive(event) }
  }

  mutating func refresh(_ snapshots: [Snapshot]) throws(SinkError) {
    for index in sinks.indices { try sinks[index].refresh(snapshots) }
  }

  mutating func begin(_ recording: String) {
    for index in sinks.indices { sinks[index].begin(recording) }
  }

  mutating func note(_ line: String) throws(SinkError) { try sinks[0].note(line) }

  mutating func reopen() throws(SinkError) {
    for index in sinks.indices { try sinks[index].reopen() }
  }

  func check() throws(SinkError) {
    for sink in sinks { try sink.check() }
  }

  mutating func close() throws(SinkError) {
    var failure: SinkError?
    for index in sinks.indices {
      do throws(SinkError) {
        try sinks[index].close()
      } catch {
        // A missing reader is silent; an incomplete file is not.
        if failure == nil || failure == .closed { failure = error }
      }
    }
    if let failure { throw failure }
  }
}
