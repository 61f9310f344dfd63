import CTerminalGuard
import Capture
import Glibc

/// What the view's thread does until the view ends: draw what has changed, read keys, and follow what the terminal and
/// the shell signal. Only this thread touches the terminal meanwhile, but for the handlers of signals that end the program.
struct ViewLoop: ~Copyable {
  /// Seconds from one redraw to the next.
  static let interval = 1.0 / 15

  private let view: TerminalView
  private let terminal: Terminal
  private let wakeups: Int32
  private let keyboard: Int32
  /// Whether `keyboard` is to be closed.
  private let ownsKeyboard: Bool
  private var readsKeys = true
  private var writer: ScreenWriter
  /// Whether the shell had this process in the foreground at the last look.
  private var isForeground = false
  private var drawn: (changes: Int, size: Terminal.Size)?

  /// - Parameter wakeups: what `ser_terminal_watch` returned.
  init(_ view: TerminalView, terminal: Terminal, wakeups: Int32) {
    self.view = view
    self.terminal = terminal
    self.wakeups = wakeups
    writer = ScreenWriter(colors: terminal.style.colors, unicode: terminal.style.unicode)
    // Where samples come from standard input, keys come from the terminal itself.
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

  /// Draws the present state, where that has changed and the terminal takes it; the next frame comes soon.
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
    // What has no modes shows no view any worse.
    _ = ser_terminal_enter(terminal.output.descriptor, keyboard)
    writer.forget()
    drawn = nil
  }

  /// Waits for keys and signals, and deals with them.
  private mutating func wait(seconds: Double) {
    var requests = [
      pollfd(fd: wakeups, events: Int16(POLLIN), revents: 0),
      // A negative descriptor is not looked at. In the background keys are the shell's.
      pollfd(fd: readsKeys && isForeground ? keyboard : -1, events: Int16(POLLIN), revents: 0),
    ]
    // Rounded up: a wait of 0 would be none.
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
      // A shell may have had the terminal.
      isForeground = false
    default: break  // The size is asked for at each frame.
    }
  }

  /// - Returns: What is there to be read; nil at the end, or where reading fails.
  private func read(_ descriptor: Int32) -> [UInt8]? {
    var buffer = [UInt8](repeating: 0, count: 256)
    let count = Glibc.read(descriptor, &buffer, buffer.count)
    if count < 0 && (errno == EINTR || errno == EAGAIN) { return [] }
    return count > 0 ? Array(buffer[..<count]) : nil
  }
}
