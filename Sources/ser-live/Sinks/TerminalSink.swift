import Capture
import Streaming

/// A display that redraws itself in place below the utterances, files and warnings that it lists.
///
/// Nothing else may write to the terminal before `close`, which removes the display, leaves the list and shows the cursor
/// again.
struct TerminalSink: LabelSink {
  let labels: LabelSet
  let terminal: Terminal
  /// Seconds of a clock that only goes forward.
  let now: @Sendable () -> Double

  private var panel: TerminalPanel
  /// Widths of the display's lines as they stand on the terminal, in columns; empty where there is no display.
  private var drawn: [Int] = []
  private var drawnAt = -Double.infinity

  init(labels: LabelSet, terminal: Terminal, now: @escaping @Sendable () -> Double = { MonotonicClock().now() }) {
    self.labels = labels
    self.terminal = terminal
    self.now = now
    panel = TerminalPanel(labels: labels, style: terminal.style)
  }

  /// Seconds between two redraws at least: at most 14 a second.
  private static let interval = 0.07

  var refreshInterval: Double? { Self.interval }

  mutating func receive(_ event: StreamEvent) throws(SinkError) {
    switch event {
    case .label, .frame: return  // The display says it.
    case .utterance, .file, .warning: try draw(below: TextLine(event, labels: labels).text)
    }
  }

  mutating func refresh(_ snapshot: Snapshot) throws(SinkError) {
    panel.update(snapshot)
    // A terminal that is stopped or slow misses redraws instead of holding up the stream.
    guard now() - drawnAt >= Self.interval, terminal.output.isReady else { return }
    try draw()
  }

  mutating func note(_ line: String) throws(SinkError) {
    try draw(below: line)
  }

  mutating func close() {
    guard !drawn.isEmpty else { return }
    // The program is ending: if this cannot be written either, there is nobody to tell.
    try? terminal.output.write(home() + "\u{1B}[J\u{1B}[?25h")
    drawn = []
  }

  /// Draws the display over the one before, after a line for the list if one is given; one write, so that it doesn't
  /// flicker.
  private mutating func draw(below line: String? = nil) throws(SinkError) {
    let lines = panel.lines(size: terminal.size())
    var text = drawn.isEmpty ? "\u{1B}[?25l" : home()
    // Clear first: the display may be wider than the line that takes its place.
    if let line { text += "\u{1B}[J\(line)\r\n" }
    text += lines.map { $0.text + "\u{1B}[K" }.joined(separator: "\r\n") + "\u{1B}[J"
    drawn = lines.map(\.width)
    drawnAt = now()
    try terminal.output.write(text)
  }

  /// Moves the cursor to where the display begins, also if the terminal has become narrower and wrapped its lines.
  private func home() -> String {
    let columns = max(1, terminal.size().columns)
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + columns - 1) / columns) }
    return rows > 1 ? "\r\u{1B}[\(rows - 1)A" : "\r"
  }
}
