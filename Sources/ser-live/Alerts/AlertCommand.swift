import Capture
import Dispatch
import FoundationEssentials
import Glibc
import Streaming
import Synchronization

/// Runs a command of the user's for each alert, one after the other, while everything else goes on.
///
/// The shell finds `ALERT_LABEL`, `ALERT_TIME`, `ALERT_SINCE` and `ALERT_HELD` in its environment and the event as a line
/// of JSON on its standard input. What it writes goes to standard error.
final class AlertCommand: Sendable {
  /// A command that hangs must not gather alerts without end.
  private static let mostWaiting = 16

  private let command: String
  private let labels: LabelSet
  private let waiting = Mutex(0)
  private let queue = DispatchQueue(label: "ser-live.alerts")

  init(_ command: String, labels: LabelSet) {
    self.command = command
    self.labels = labels
  }

  /// Lets the command know of an alert; does not wait for it.
  func run(_ alert: Alert) {
    let isFull = waiting.withLock { waiting in
      guard waiting < Self.mostWaiting else { return true }
      waiting += 1
      return false
    }
    if isFull {
      Messages.write("ser-live: an alert was left out: \(Self.mostWaiting) others still wait for --on-alert to end")
      return
    }
    queue.async { [self] in
      do throws(StartError) {
        let code = try start(alert)
        if code != 0 { Messages.write("ser-live: --on-alert ended with code \(code)") }
      } catch {
        Messages.write("ser-live: --on-alert cannot be run: \(systemMessage(error.code))")
      }
      waiting.withLock { $0 -= 1 }
    }
  }

  /// Waits for the commands that are running or waiting.
  func finish() { queue.sync {} }

  private struct StartError: Error {
    let code: Int32
  }

  /// - Returns: the code that the command ended with; 128 and the signal's number where one ended it.
  private func start(_ alert: Alert) throws(StartError) -> Int32 {
    let input = try Self.input(holding: JSONLinesEncoder(labels: labels).encode(.alert(alert)) ?? [])
    defer { close(input) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    // Standard output is for events only.
    posix_spawn_file_actions_adddup2(&actions, STDERR_FILENO, STDOUT_FILENO)
    // What this program ignores or blocks is none of the command's business.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    var variables = ProcessInfo.processInfo.environment
    variables["ALERT_LABEL"] = labels[alert.label]
    variables["ALERT_TIME"] = alert.time.decimals(3, trimmed: true)
    variables["ALERT_SINCE"] = alert.since.decimals(3, trimmed: true)
    variables["ALERT_HELD"] = alert.held.decimals(3, trimmed: true)
    // SAFETY: terminated copies that live until the end of this function; both lists end with nil.
    let arguments: [String] = ["sh", "-c", command]
    var argumentPointers = arguments.map { strdup($0) } + [nil]
    var variablePointers = variables.map { strdup("\($0)=\($1)") } + [nil]
    defer { for pointer in argumentPointers + variablePointers { free(pointer) } }
    var child: pid_t = 0
    let code = posix_spawn(&child, "/bin/sh", &actions, &attributes, &argumentPointers, &variablePointers)
    guard code == 0 else { throw StartError(code: code) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw StartError(code: errno) }
    }
    let signal = status & 0x7F
    return signal == 0 ? status >> 8 & 0xFF : 128 + signal
  }

  /// A pipe that holds a line and then ends.
  private static func input(holding line: [UInt8]) throws(StartError) -> Int32 {
    var ends: [Int32] = [-1, -1]
    guard pipe(&ends) == 0 else { throw StartError(code: errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    defer { close(ends[1]) }
    // Shorter than what any pipe holds, so it does not wait.
    try? Output(descriptor: ends[1]).write(Array(line.prefix(Int(PIPE_BUF))))
    return ends[0]
  }
}

/// Lets a command know of alerts, and passes everything on.
struct AlertSink: LabelSink {
  private var sink: any LabelSink
  private let command: AlertCommand

  init(_ command: AlertCommand, before sink: any LabelSink) {
    self.command = command
    self.sink = sink
  }

  var refreshInterval: Double? { sink.refreshInterval }

  mutating func receive(_ event: StreamEvent) throws(SinkError) {
    if case .alert(let alert) = event { command.run(alert) }
    try sink.receive(event)
  }

  mutating func refresh(_ snapshot: Snapshot) throws(SinkError) { try sink.refresh(snapshot) }

  mutating func begin(_ recording: String) { sink.begin(recording) }

  mutating func reopen() throws(SinkError) { try sink.reopen() }

  mutating func note(_ line: String) throws(SinkError) { try sink.note(line) }

  func check() throws(SinkError) { try sink.check() }

  mutating func close() {
    sink.close()
    command.finish()
  }
}
