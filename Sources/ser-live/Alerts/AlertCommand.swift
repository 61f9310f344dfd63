import Dispatch
import Glibc
import Streaming
import Support
import Synchronization

/// Runs the user's command for each alert, one at a time, without blocking recognition.
///
/// The command gets `ALERT_LABEL`, `ALERT_TIME`, `ALERT_SINCE`, `ALERT_HELD` and, with separate channels,
/// `ALERT_CHANNEL` in its environment and the event as a line of JSON on its standard input. Its output goes to
/// standard error.
final class AlertCommand: Sendable {
  /// A command that hangs must not accumulate alerts without limit.
  private static let mostWaiting = 16

  private let command: String
  private let labels: LabelSet
  private let waiting = Mutex(0)
  private let queue = DispatchQueue(label: "ser-live.alerts")

  init(_ command: String, labels: LabelSet) {
    self.command = command
    self.labels = labels
  }

  /// Queues an alert for the command, with its channel if channels are separate; does not wait for it.
  func run(_ alert: Alert, channel: Int? = nil) {
    let isFull = waiting.withLock { waiting in
      guard waiting < Self.mostWaiting else { return true }
      waiting += 1
      return false
    }
    if isFull {
      Messages.write("ser-live: an alert was skipped: \(Self.mostWaiting) others wait for --on-alert to end")
      return
    }
    queue.async { [self] in
      do throws(SpawnedProgram.Failure) {
        let code = try start(alert, channel)
        if code != 0 { Messages.write("ser-live: --on-alert ended with code \(code)") }
      } catch {
        Messages.write("ser-live: --on-alert cannot be run: \(systemMessage(error.code))")
      }
      waiting.withLock { $0 -= 1 }
    }
  }

  /// Waits for the running and the queued commands.
  func finish() { queue.sync {} }

  /// - Returns: the exit code of the command; 128 plus the number of a signal that ended it.
  private func start(_ alert: Alert, _ channel: Int?) throws(SpawnedProgram.Failure) -> Int32 {
    let event = StreamEvent.alert(alert).of(channel: channel)
    let input = try Self.input(holding: JSONLinesEncoder(labels: labels).encode(event) ?? [])
    defer { close(input) }
    var variables = CommandLineArguments.environment
    variables["ALERT_CHANNEL"] = channel.map(String.init)
    variables["ALERT_LABEL"] = labels[alert.label]
    variables["ALERT_TIME"] = alert.time.decimals(3, trimmed: true)
    variables["ALERT_SINCE"] = alert.since.decimals(3, trimmed: true)
    variables["ALERT_HELD"] = alert.held.decimals(3, trimmed: true)
    let status = try SpawnedProgram.run(
      "/bin/sh", ["sh", "-c", command], environment: variables.map { "\($0)=\($1)" },
      // Standard output is reserved for events.
      descriptors: [(own: input, standard: STDIN_FILENO), (own: STDERR_FILENO, standard: STDOUT_FILENO)])
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }

  /// A pipe that contains one line and is at its end.
  private static func input(holding line: [UInt8]) throws(SpawnedProgram.Failure) -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw SpawnedProgram.Failure(code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    // Shorter than the buffer of any pipe, so it does not block.
    try? Output(descriptor: ends[1]).write(Array(line.prefix(Int(PIPE_BUF))))
    return ends[0]
  }
}

/// Runs a command for alerts, and passes all events on.
struct AlertSink: EventSink {
  private var sink: any EventSink
  private let command: AlertCommand

  init(_ command: AlertCommand, before sink: any EventSink) {
    self.command = command
    self.sink = sink
  }

  var refreshInterval: Double? { sink.refreshInterval }

  mutating func receive(_ event: StreamEvent) throws(SinkError) {
    if case .alert(let alert) = event.content { command.run(alert, channel: event.channel) }
    try sink.receive(event)
  }

  mutating func refresh(_ snapshots: [Snapshot]) throws(SinkError) { try sink.refresh(snapshots) }

  mutating func begin(_ recording: String) { sink.begin(recording) }

  mutating func reopen() throws(SinkError) { try sink.reopen() }

  mutating func note(_ line: String) throws(SinkError) { try sink.note(line) }

  func check() throws(SinkError) { try sink.check() }

  mutating func close() throws(SinkError) {
    defer { command.finish() }
    try sink.close()
  }
}
