extension ViewDrawing {
  /// The view of several channels, side by side where there is room, otherwise stacked; the normal view for a single
  /// channel.
  ///
  /// - Parameter states: at least one; the first supplies the source, the message and the key hints.
  static func canvas(_ states: [ViewState], size: Terminal.Size, style: Terminal.Style) -> Canvas {
    guard states.count > 1 else { return canvas(states[0], size: size, style: style) }
    var frame = ViewDrawing(frame: states[0], size: size, style: style)
    let grid = ChannelGrid(channels: states.count, columns: frame.canvas.columns, rows: frame.canvas.rows)
    for (index, state) in states.enumerated() {
      let place = grid[index]
      var panel = ViewDrawing(state, size: place.size, style: style, name: "channel \(index + 1)")
      panel.draw()
      frame.canvas.draw(panel.canvas, row: place.row, column: place.column)
      guard place.column > 0 else { continue }
      for row in place.row..<place.row + place.size.rows {
        frame.canvas.set(style.unicode ? "│" : "|", row: row, column: place.column - 1, frame.palette.faint)
      }
    }
    frame.drawStatus()
    frame.drawHints()
    if states[0].showsHelp { frame.drawHelp() }
    return frame.canvas
  }
}

/// The positions of the channels' panels, between the first row of the view and its last.
struct ChannelGrid: Equatable {
  /// Columns for a panel that is comfortable to read.
  static let comfortable = 40
  /// Minimum columns for the label and the bars.
  private static let narrow = 20
  /// Rows for the name, the label, the level and the bars, two in a row.
  private static let low = 7

  /// Panels side by side.
  let across: Int
  private let size: Terminal.Size

  /// - Parameter channels: 2 or more.
  init(channels: Int, columns: Int, rows: Int) {
    let area = max(0, rows - 2)
    func down(_ across: Int) -> Int { (channels + across - 1) / across }
    // One column between panels.
    func width(_ across: Int) -> Int { max(0, (columns + 1) / across - 1) }
    var across = max(1, min(channels, (columns + 1) / (Self.comfortable + 1)))
    while across < channels, area / down(across) < Self.low, width(across + 1) >= Self.narrow { across += 1 }
    self.across = across
    size = Terminal.Size(columns: width(across), rows: max(1, area / down(across)))
  }

  /// The position of a channel, counted from 0.
  subscript(channel: Int) -> (row: Int, column: Int, size: Terminal.Size) {
    (1 + channel / across * size.rows, channel % across * (size.columns + 1), size)
  }
}
