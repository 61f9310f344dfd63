import CTerminalGuard
import Capture
import Glibc
import Streaming
import Synchronization

/// Events as a view that fills the terminal and follows what is heard.
///
/// What is received changes a value behind a lock that is held for a moment only; a thread of its own draws the value
/// and reads the keys (`ViewLoop`). So however slow the terminal is, nothing waits for it.
final class TerminalView: LabelSink, Sendable {
  private struct Contents {
    var state: ViewState
    /// Lines to leave on the terminal when the view has gone.
    var remains: [String] = []
    var failure: SinkError?
    var isEnding = false
    var thread: PlainThread?

    mutating func keep(_ event: StreamEvent) {
      if remains.count == TerminalView.mostRemains { remains.removeFirst() }
      remains.append(TextLine(event, labels: state.labels).text)
    }
  }

  private let controls: SessionControls
  private let terminal: Terminal
  private let contents: Mutex<Contents>
  /// More than anybody reads afterwards.
  private static let mostRemains = 100

  /// Takes the terminal, or will as soon as a shell has this process in the foreground.
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
    contents = Mutex(Contents(state: ViewState(labels: labels)))
  }

  var refreshInterval: Double? { ViewLoop.interval }

  func refresh(_ snapshot: Snapshot) throws(SinkError) {
    let (source, latency) = (controls.source, controls.latency)
    contents.withLock { contents in
      if contents.state.source != source { contents.state.source = source }
      contents.state.hear(snapshot, latency: latency)
    }
    try check()
  }

  func receive(_ event: StreamEvent) throws(SinkError) {
    let now = MonotonicClock().now()
    contents.withLock { contents in
      switch event {
      case .label, .frame: return  // The view says it.
      case .utterance(let utterance): contents.state.note(utterance)
      case .file: contents.keep(event)
      case .alert:
        contents.keep(event)
        contents.state.say(TextLine(event, labels: contents.state.labels).text, clock: now)
      case .warning(_, _, let message):
        contents.keep(event)
        contents.state.say(message, clock: now)
      }
    }
    try check()
  }

  func note(_ line: String) throws(SinkError) {
    Messages.write(line)
    contents.withLock { $0.state.say(line, clock: MonotonicClock().now()) }
    try check()
  }

  func check() throws(SinkError) {
    if let failure = contents.withLock(\.failure) { throw failure }
  }

  /// Gives the terminal back, and leaves on it what is still of interest: verdicts, warnings and messages.
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

/// What the view's thread asks for and tells.
extension TerminalView {
  var isEnding: Bool { contents.withLock(\.isEnding) }

  /// What is to be shown now.
  func present() -> ViewState {
    contents.withLock { contents in
      contents.state.tick(clock: MonotonicClock().now())
      return contents.state
    }
  }

  func press(_ key: ViewKey) {
    contents.withLock { contents in
      if contents.state.showsHelp && key != .quit {
        contents.state.showsHelp = false
        return
      }
      switch key {
      case .pause:
        contents.state.isPaused.toggle()
        controls.isPaused = contents.state.isPaused
      case .reset:
        contents.state.reset()
        controls.requestReset()
      case .help: contents.state.showsHelp = true
      // The way of Ctrl-C: what waits for samples wakes up.
      case .quit: kill(getpid(), SIGINT)
      case .escape: break
      }
    }
  }

  func fail(_ failure: SinkError) { contents.withLock { $0.failure = failure } }
}
