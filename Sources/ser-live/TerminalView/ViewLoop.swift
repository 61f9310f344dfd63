import CTerminalGuard
import Capture
import Glibc

/// The loop of the view's thread: draws changes, reads keys, and handles signals of the terminal and the shell.
/// Meanwhile only this thread accesses the terminal, apart from the handlers of signals that end the program.
struct ViewLoop: ~Copyable {
  /// Seconds from one redraw to the next.
  static let interval = 1.0 / 15

  private let view: TerminalView
  private let terminal: Terminal
  private let wakeups: Int32
  private let keyboard: Int32
  /// Whether this value must close `keyboard`.
  private let ownsKeyboard: Bool
  private var readsKeys = true
  private var writer: ScreenWriter
  /// Whether the shell had this process in the foreground at the last check.
  private var isForeground = false
  private var drawn: (changes: Int, size: Terminal.Size)?

  /// - Parameter wakeups: result of `ser_terminal_watch`.
  init(_ view: TerminalView, terminal: Terminal, wakeups: Int32) {
    self.view = view
    self.terminal = terminal
    self.wakeups = wakeups
    writer = ScreenWriter(colors: terminal.style.colors, unicode: terminal.style.unicode)
    // If samples come from standard input, keys come from the terminal itself.
    let own = isatty(STDIN_FILENO) == 1 ? -1 : open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY)
    ownsKeyboard = own >= 0
    keyboard = own >= 0 ? own : isatty(STDIN_FILENO) == 1 ? STDIN_FILENO : terminal.output.descriptor
  }

  mutating func run() {
    var nextFrame = MonotonicClock().now()
    while !view.isEnding {
      do throws(SinkError) {
        let now = MonotonicClock().now()
        if now >= nextFrame {
          nextFrame = now + Self.interval
          try drawFrame()
        }
        wait(seconds: nextFrame - now)
      } catch {
        view.fail(error)
        break
      }
    }
    ser_terminal_leave()
    if ownsKeyboard { close(keyboard) }
  }

  /// Draws the current state, if it has changed and the terminal is ready; otherwise the next frame follows soon.
  private mutating func drawFrame() throws(SinkError) {
    let wasForeground = isForeground
    isForeground = ser_terminal_is_foreground(keyboard) != 0
    guard isForeground else { return }
    if !wasForeground { takeTerminal() }
    guard terminal.output.isReady else { return }
    let (states, size) = (view.present(), terminal.size())
    let changes = states.reduce(0) { $0 + $1.changes }
    guard drawn?.changes != changes || drawn?.size != size else { return }
    drawn = (changes, size)
    let bytes = writer.update(to: ViewDrawing.canvas(states, size: size, style: terminal.style))
    if !bytes.isEmpty { try terminal.output.write(bytes) }
  }

  private mutating func takeTerminal() {
    ser_terminal_enter_again()
    // Terminals without modes show the view equally well.
    _ = ser_terminal_enter(terminal.output.descriptor, keyboard)
    writer.forget()
    drawn = nil
  }

  /// Waits for keys and signals, and handles them.
  private mutating func wait(seconds: Double) {
    var requests = [
      pollfd(fd: wakeups, events: Int16(POLLIN), revents: 0),
      // A negative descriptor is ignored. In the background, keys belong to the shell.
      pollfd(fd: readsKeys && isForeground ? keyboard : -1, events: Int16(POLLIN), revents: 0),
    ]
    // Rounded up: a wait of 0 would return at once.
    guard poll(&requests, 2, Int32(max(0, seconds * 1000)) + 1) > 0 else { return }
    if requests[0].revents != 0 { for byte in read(wakeups) ?? [] { follow(byte) } }
    guard requests[1].revents != 0 else { return }
    guard let keys = read(keyboard) else {
      readsKeys = false
      return
    }
    for key in ViewKey.keys(in: keys) { view.press(key) }
  }

  private mutating func follow(_ byte: UInt8) {
    switch Int(byte) {
    case SER_TERMINAL_STOP:
      ser_terminal_leave()
      ser_terminal_suspend()
      isForeground = false
    case SER_TERMINAL_CONTINUED:
      // A shell may have used the terminal.
      isForeground = false
    default: break  // The size is read at each frame.
    }
  }

  /// - Returns: The available bytes; nil at the end, or where reading fails.
  private func read(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    if count < 0 && (errno == EINTR || errno == EAGAIN) { return [] }
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}
