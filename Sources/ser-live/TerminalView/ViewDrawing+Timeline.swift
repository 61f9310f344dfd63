import Streaming

extension ViewDrawing {
  /// The last minute, with the present on the right: the confidence of the label as height, its colour and name below.
  mutating func drawTimeline() {
    guard let strip = layout.strip, canvas.columns > 2 else { return }
    let columns = state.history.columns(canvas.columns - 2)
    for (index, moment) in columns.enumerated() {
      guard let moment, moment.label != .silence else { continue }
      drawColumn(1 + index, moment)
    }
    var start = 0
    while start < columns.count {
      var end = start + 1
      while end < columns.count, columns[end]?.label == columns[start]?.label { end += 1 }
      if let label = columns[start]?.label { drawStretch(label, row: strip, columns: 1 + start..<1 + end) }
      start = end
    }
    drawAxis()
  }

  private mutating func drawColumn(_ column: Int, _ moment: LabelHistory.Moment) {
    let eighths = Int((Self.share(moment.confidence) * Float(layout.graph.count * 8)).rounded())
    let parts: [Unicode.Scalar] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"]
    for (height, row) in layout.graph.reversed().enumerated() {
      let filled = min(eighths - height * 8, 8)
      guard unicode ? filled > 0 : filled >= 4 else { return }
      canvas.set(unicode ? parts[filled - 1] : "#", row: row, column: column, palette.ink(moment.label))
    }
  }

  /// A section of one label, with as much of its name or letter as fits.
  private mutating func drawStretch(_ label: Label, row: Int, columns: Range<Int>) {
    guard label != .silence else {
      return canvas.fill(row: row, columns: columns, palette.faint, with: unicode ? "·" : ".")
    }
    let hasColor = palette.colors != .none
    let style = hasColor ? palette.area(label) : palette.plain
    canvas.fill(row: row, columns: columns, style, with: hasColor ? " " : unicode ? "─" : "-")
    let name = state.labels[label]
    let letter: Unicode.Scalar = if case .emotion(let index) = label { letters[index] } else { "?" }
    // A blank after a name separates it from the next.
    if columns.count > name.count {
      canvas.put(name, row: row, column: columns.lowerBound, end: columns.upperBound, style)
    } else {
      canvas.set(letter, row: row, column: columns.lowerBound, style)
    }
  }

  private mutating func drawAxis() {
    guard let row = layout.axis else { return }
    let width = canvas.columns - 2
    for seconds in stride(from: -60, to: 0, by: width < 60 ? 30 : 15) {
      let column = 1 + Int((1 + Double(seconds) / LabelHistory.span) * Double(width))
      canvas.put("\(seconds) s", row: row, column: column, palette.faint)
    }
    putRight("now", row: row, palette.faint)
  }
}
