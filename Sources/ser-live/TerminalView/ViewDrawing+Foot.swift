import Streaming

extension ViewDrawing {
  /// The newest utterances, newest first.
  mutating func drawUtterances() {
    guard let heading = layout.utterances.first else { return }
    canvas.put("utterances", row: heading, column: 1, palette.faint)
    for (row, utterance) in zip(layout.utterances.dropFirst(), state.utterances.reversed()) {
      let label = Label.emotion(utterance.label)
      let from = Self.clock(utterance.start).leftPadded(to: 7)
      let time = "\(from) \(unicode ? "–" : "-") \(Self.clock(utterance.end).padded(to: 7))"
      var column = canvas.put(time, row: row, column: 1, palette.faint)
      column = canvas.put(unicode ? " ■ " : " ", row: row, column: column, palette.ink(label))
      column = canvas.put(state.labels[label].padded(to: state.labels.width + 1), row: row, column: column)
      column = canvas.put(Self.percent(utterance.confidence).leftPadded(to: 5), row: row, column: column)
      if let gender = ViewState.gender(of: utterance, state.labels) {
        canvas.put("   \(gender.name) \(Self.percent(gender.probability))", row: row, column: column, palette.faint)
      }
    }
  }

  /// Key hints, or a message.
  mutating func drawHints() {
    guard let row = layout.hints else { return }
    if let message = state.message {
      canvas.fill(row: row, columns: 0..<canvas.columns, palette.alarm)
      canvas.put(message, row: row, column: 1, end: canvas.columns - 1, palette.alarm)
      return
    }
    var column = 1
    for (key, action) in [("space", state.isPaused ? "resume" : "pause"), ("r", "reset"), ("h", "help"), ("q", "quit")]
    {
      column = canvas.put(key, row: row, column: column, palette.strong) + 1
      column = canvas.put(action, row: row, column: column, palette.faint) + 2
    }
  }

  private static let help = [
    "space  pause or resume",
    "r      reset: clear the voice",
    "       and the last minute",
    "h      help",
    "q      quit",
    "",
    "uncertain: speech, but no emotion",
    "is probable enough to report",
  ]

  /// A box in the middle, above everything else.
  mutating func drawHelp() {
    let width = Self.help.map(\.count).max()! + 4
    let left = max(0, (canvas.columns - width) / 2)
    let top = max(0, (canvas.rows - Self.help.count - 2) / 2)
    let corners = unicode ? ["┌", "┐", "└", "┘", "─", "│"] : ["+", "+", "+", "+", "-", "|"]
    func edge(_ left: String, _ right: String) -> String {
      left + String(repeating: corners[4], count: width - 2) + right
    }
    let lines = Self.help.map { "\(corners[5]) \($0.padded(to: width - 4)) \(corners[5])" }
    let box = [edge(corners[0], corners[1])] + lines + [edge(corners[2], corners[3])]
    for (index, line) in box.enumerated() { canvas.put(line, row: top + index, column: left, palette.plain) }
  }
}
