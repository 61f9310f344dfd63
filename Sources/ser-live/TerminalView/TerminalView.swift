import CTerminalGuard
import Capture
import Glibc
import Streaming
import Synchronization

/// Shows events in a view that fills the terminal and follows the stream.
///
/// Events only change a value under a lock that is held briefly; a separate thread draws the value and reads the keys
/// (`ViewLoop`). A slow terminal therefore never blocks recognition.
final class TerminalView: EventSink, Sendable {
  private struct Contents {
    /// One for each separate channel; the first also has the shared state.
    var states: [ViewState]
    /// Lines to leave on the terminal after the view has closed.
    var remains: [String] = []
    var failure: SinkError?
    var isEnding = false
    var thread: PlainThread?

    var labels: LabelSet { states[0].labels }

    /// Changes the number of channels.
    mutating func resize(to count: Int) {
      if states.count > count { states.removeLast(states.count - count) }
      while states.count < count {
        var state = ViewState(labels: labels)
        state.isPaused = states[0].isPaused
        states.append(state)
      }
    }

    mutating func keep(_ event: StreamEvent) {
      if remains.count == TerminalView.mostRemains { remains.removeFirst() }
      remains.append(TextLine(event, labels: labels).text)
    }
  }

  private let controls: SessionControls
  private let terminal: Terminal
  private let contents: Mutex<Contents>
  /// Limit for these lines.
  private static let mostRemains = 100

  /// Takes over the terminal, or does so as soon as a shell has this process in the foreground.
  ///
  /// - Returns: nil where the system has no pipe or no thread left.
  static func open(labels: LabelSet, terminal: Terminal, controls: SessionControls = .program) -> TerminalView? {
    let wakeups = ser_terminal_watch()
    guard wakeups >= 0 else { return nil }
    let view = TerminalView(labels, terminal, controls)
    let thread = try? PlainThread {
      var loop = ViewLoop(view, terminal: terminal, wakeups: wakeups)
      loop.run()
    }
    guard let thread else {
      ser_terminal_unwatch()
      return nil
    }
    Messages.hold()
    view.contents.withLock { $0.thread = thread }
    return view
  }

  private init(_ labels: LabelSet, _ terminal: Terminal, _ controls: SessionControls) {
    self.controls = controls
    self.terminal = terminal
    contents = Mutex(Contents(states: [ViewState(labels: labels)]))
  }

  var refreshInterval: Double? { ViewLoop.interval }

  func refresh(_ snapshots: [Snapshot]) throws(SinkError) {
    let (source, latency) = (controls.source, controls.latency)
    contents.withLock { contents in
      contents.resize(to: snapshots.count)
      if contents.states[0].source != source { contents.states[0].source = source }
      for (index, snapshot) in snapshots.enumerated() { contents.states[index].update(snapshot, latency: latency) }
    }
    try check()
  }

  func receive(_ event: StreamEvent) throws(SinkError) {
    let now = MonotonicClock().now()
    contents.withLock { contents in
      switch event.content {
      case .label, .frame, .channel: return  // The view shows these.
      case .utterance(let utterance):
        let index = (event.channel ?? 1) - 1
        contents.resize(to: max(contents.states.count, index + 1))
        contents.states[index].note(utterance)
      case .file: contents.keep(event)
      case .alert:
        contents.keep(event)
        contents.states[0].say(TextLine(event, labels: contents.labels).text, clock: now)
      case .warning(_, _, let message):
        contents.keep(event)
        contents.states[0].say(message, clock: now)
      }
    }
    try check()
  }

  func note(_ line: String) throws(SinkError) {
    Messages.write(line)
    contents.withLock { $0.states[0].say(line, clock: MonotonicClock().now()) }
    try check()
  }

  func check() throws(SinkError) {
    if let failure = contents.withLock(\.failure) { throw failure }
  }

  /// Restores the terminal, and leaves results on it: predictions, warnings and messages.
  func close() throws(SinkError) {
    let thread = contents.withLock { contents in
      contents.isEnding = true
      defer { contents.thread = nil }
      return contents.thread
    }
    guard let thread else { return }
    ser_terminal_tell(CChar(SER_TERMINAL_WAKE))
    thread.join()
    ser_terminal_unwatch()
    let remains = contents.withLock(\.remains)
    defer { Messages.release() }
    if !remains.isEmpty { try terminal.output.writeText(remains.joined(separator: "\n") + "\n") }
  }
}

/// Requests and reports of the view's thread.
extension TerminalView {
  var isEnding: Bool { contents.withLock(\.isEnding) }

  /// The state to show now.
  func present() -> [ViewState] {
    contents.withLock { contents in
      contents.states[0].tick(clock: MonotonicClock().now())
      return contents.states
    }
  }

  func press(_ key: ViewKey) {
    contents.withLock { contents in
      if contents.states[0].showsHelp && key != .quit {
        contents.states[0].showsHelp = false
        return
      }
      switch key {
      case .pause:
        let isPaused = !contents.states[0].isPaused
        for index in contents.states.indices { contents.states[index].isPaused = isPaused }
        controls.isPaused = isPaused
      case .reset:
        for index in contents.states.indices { contents.states[index].reset() }
        controls.requestReset()
      case .help: contents.states[0].showsHelp = true
      // As with Ctrl-C: wakes up any wait for samples.
      case .quit: kill(getpid(), SIGINT)
      case .escape: break
      }
    }
  }

  func fail(_ failure: SinkError) { contents.withLock { $0.failure = failure } }
}
