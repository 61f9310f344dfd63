import Streaming

extension ViewDrawing {
  /// A bar for each emotion; that of the current label is marked.
  mutating func drawBars() {
    let emotions = state.labels.emotions
    guard !layout.bars.isEmpty else { return }
    let isAlone = layout.barsAcross == 1
    let columns = canvas.columns
    for (index, name) in emotions.enumerated() {
      let row = layout.bars.lowerBound + index % layout.bars.count
      guard index / layout.bars.count < layout.barsAcross else { return }
      let left = isAlone || index < layout.bars.count ? 0 : columns / 2
      let right = isAlone || left > 0 ? columns : columns / 2
      let isPresent = state.snapshot.label == .emotion(index)
      let style = isPresent ? palette.strong : palette.plain
      if isPresent { canvas.set(">", row: row, column: left, style) }
      let value = Self.percent(state.snapshot.probabilities[index])
      // Two bars in a row leave no room for letters.
      let start = isAlone ? barStart : left + min(state.labels.width, 11) + 2
      if isAlone { canvas.set(letters[index], row: row, column: left + 1, palette.faint) }
      canvas.put(name, row: row, column: left + (isAlone ? 3 : 1), end: start - 1, style)
      let end = isAlone ? right - 9 : right - 6
      fill(
        state.snapshot.probabilities[index], row: row, columns: start..<max(start, end), palette.ink(.emotion(index)))
      putRight(isAlone ? value : value.replacing(" ", with: ""), row: row, end: right - 1, style)
    }
  }
}
