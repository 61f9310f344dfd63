import Streaming

extension ViewDrawing {
  /// The source, and the latency.
  mutating func drawStatus() {
    guard let row = layout.status else { return }
    if let name {
      canvas.put(name, row: row, column: 1, palette.strong)
      return
    }
    let latency = state.latency.map { "latency \(($0 * 1000).decimals(0)) ms" } ?? ""
    let end = canvas.columns - latency.count - 2
    let name = canvas.put("ser-live", row: row, column: 1, end: end, palette.strong)
    canvas.put(state.source, row: row, column: name + 2, end: end)
    putRight(latency, row: row, palette.faint)
  }

  /// The current label and its probability, large and in the label's colour.
  mutating func drawBand() {
    guard let first = layout.band.first else { return }
    let label = state.snapshot.label
    let style = state.isPaused ? palette.inverse : palette.area(label)
    let name = state.isPaused ? Self.paused : state.labels[label]
    if state.isPaused || label != .silence {
      for row in layout.band { canvas.fill(row: row, columns: 0..<canvas.columns, style) }
    }
    var confidence: String?
    if !state.isPaused, case .emotion = label { confidence = Self.percent(state.snapshot.confidence) }

    guard let scale, layout.band.count > 1, let text = BlockText(name, scale) else {
      let name = name.uppercased()
      // Letter-spaced where there is room, so that it stands out.
      let spread = name.map(String.init).joined(separator: " ")
      canvas.put(spread.count + 9 <= canvas.columns ? spread : name, row: first, column: 1, style)
      if let confidence { putRight(confidence, row: first, style) }
      return
    }
    let top = first + (layout.band.count - text.rows.count) / 2
    put(text, row: top, column: 1, style)
    guard let confidence else { return }
    let room = canvas.columns - 2 - text.width
    if let large = BlockText(confidence.replacing(" ", with: ""), scale), large.width + 1 <= room {
      put(large, row: top, column: canvas.columns - 1 - large.width, style)
    } else {
      putRight(confidence, row: top + text.rows.count - 1, style)
    }
  }

  private mutating func put(_ text: BlockText, row: Int, column: Int, _ style: CellStyle) {
    for (i, characters) in text.rows.enumerated() {
      for (j, character) in characters.enumerated() { canvas.set(character, row: row + i, column: column + j, style) }
    }
  }

  /// Speech activity, the voice's gender, the time.
  mutating func drawFacts() {
    guard let row = layout.facts else { return }
    let isSpeech = state.snapshot.speech && !state.isPaused
    let mark = unicode ? (isSpeech ? "●" : "○") : (isSpeech ? "*" : "o")
    let end = canvas.put(
      "\(mark) \(isSpeech ? "speech" : "no speech")", row: row, column: 1, isSpeech ? palette.strong : palette.faint)
    if let gender = state.gender {
      canvas.put(
        "\(gender.name) \(Self.percent(gender.probability))", row: row, column: max(barStart, end + 2),
        end: canvas.columns - 9)
    }
    putRight(Self.clock(state.snapshot.time), row: row)
  }

  /// The input level with a peak mark, and a warning where it is too high.
  mutating func drawMeter() {
    guard let row = layout.meter else { return }
    let lowest: Float = -60
    let value = state.isClipping ? " CLIP " : "\(state.snapshot.level.decimals(0)) dB"
    canvas.put("level", row: row, column: 3, end: barStart)
    let bar = barStart..<max(barStart, canvas.columns - 9)
    func share(_ level: Float) -> Float { Self.share((level - lowest) / -lowest) }
    fill(share(state.snapshot.level), row: row, columns: bar, palette.level(isHigh: state.snapshot.level > -6))
    if !bar.isEmpty, state.peak > lowest {
      let column = bar.lowerBound + min(Int(share(state.peak) * Float(bar.count)), bar.count - 1)
      canvas.set(unicode ? "│" : "|", row: row, column: column, palette.level(isHigh: state.peak > -6))
    }
    putRight(value, row: row, state.isClipping ? palette.alarm : palette.plain)
  }
}
