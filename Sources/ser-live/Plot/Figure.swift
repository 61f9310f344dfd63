/// Panels stacked over the same time axis.
struct Figure {
  var title: String
  /// The time range of all panels, in seconds.
  var time: ClosedRange<Double>
  var panels: [Panel]

  /// The commands that draw it in a format.
  func script(for form: PictureForm) -> GnuplotScript {
    var drawing = FigureDrawing(self, form)
    drawing.draw()
    return drawing.script
  }
}

/// Builds the gnuplot script of a figure.
private struct FigureDrawing {
  let figure: Figure
  let layout: FigureLayout
  let isText: Bool
  /// Of the figure's title.
  let titleSize: Double
  /// Whether colours are available.
  let hasColor: Bool
  var script = GnuplotScript()

  init(_ figure: Figure, _ form: PictureForm) {
    self.figure = figure
    layout = FigureLayout(figure.panels, form: form)
    switch form {
    case .file(let format, _, _): (isText, hasColor, titleSize) = (false, true, 1.25 * format.fontSize)
    case .text(_, _, let color): (isText, hasColor, titleSize) = (true, color, 0)
    }
  }

  mutating func draw() {
    script.add("set multiplot")
    for index in figure.panels.indices { draw(index) }
    script.add("unset multiplot")
  }

  private mutating func draw(_ index: Int) {
    let panel = figure.panels[index]
    let (bottom, top) = layout.panels[index]
    script.add("reset")
    place(bottom, top)
    axes(panel, isLast: index == figure.panels.count - 1)
    title(panel, isFirst: index == 0)
    colors(panel, bottom, top)
    key(panel, top)
    for command in panel.settings { script.add(command) }
    let series = panel.layers.flatMap { self.series($0, of: panel, bottom, top) }
    if series.isEmpty {
      script.add("plot NaN notitle")
    } else {
      script.plot(series)
    }
  }

  private func x(_ position: Double) -> Double { position / layout.width }
  private func y(_ position: Double) -> Double { position / layout.height }

  private mutating func place(_ bottom: Double, _ top: Double) {
    script.add("set lmargin at screen \(x(layout.left))")
    script.add("set rmargin at screen \(x(layout.right))")
    script.add("set bmargin at screen \(y(bottom))")
    script.add("set tmargin at screen \(y(top))")
  }

  private mutating func axes(_ panel: Panel, isLast: Bool) {
    let (from, to) = (figure.time.lowerBound, figure.time.upperBound)
    script.add("set xrange [\(from):\(to)]")
    script.add("set yrange [\(panel.yRange.lowerBound):\(panel.yRange.upperBound)]")
    script.add("set tics nomirror out scale 0.6")
    if !isText { script.add("set border lc rgb '#606060'") }
    if isLast {
      script.add("set xlabel 'time (s)'\(isText ? "" : " offset 0,0.3")")
    } else {
      script.add("set format x ''")
    }
    // A terminal has no room for it.
    if !isText { turned(3, panel.yLabel, at: 16) }
    if !panel.ticks.isEmpty {
      let list = panel.ticks.map { "\(GnuplotScript.quotedTick($0.name)) \($0.position)" }
      script.add("set ytics (\(list.joined(separator: ", ")))")
    }
    if let range = panel.pitchRange {
      script.add("set y2range [\(range.lowerBound):\(range.upperBound)]")
      script.add("set y2tics \(isText ? "" : "tc rgb '\(PanelColors.pitchText.hex)'")")
      if !isText {
        turned(4, "pitch (Hz)", at: layout.right + layout.spacing.pitchAxis - 16, PanelColors.pitchText)
      }
    }
  }

  /// Vertical text beside a panel.
  private mutating func turned(_ number: Int, _ text: String, at position: Double, _ color: Color = Color(0)) {
    script.add(
      "set label \(number) \(GnuplotScript.quoted(text)) at screen \(x(position)),graph 0.5 center rotate by 90 "
        + "tc rgb '\(color.hex)'")
  }

  private mutating func title(_ panel: Panel, isFirst: Bool) {
    func add(_ number: Int, _ text: String, _ place: String) {
      script.add("set label \(number) \(GnuplotScript.quoted(text)) at \(place)")
    }
    if isText {
      let title = panel.title + (hasColor ? "" : legend(panel))
      add(1, isFirst ? "\(figure.title): \(title)" : title, "screen 0,graph 1 left offset 0,1")
    } else {
      let detailed = "\(panel.title); \(panel.detail)"
      // A letter takes 7.5 pixels.
      let hasRoom = !panel.detail.isEmpty && 7.5 * Double(detailed.count) < layout.width - layout.left
      add(1, hasRoom ? detailed : panel.title, "graph 0,1 left offset 0,0.7")
      guard isFirst else { return }
      let middle = layout.height - layout.spacing.title * 0.55
      add(2, figure.title, "screen \(x(layout.left)),\(y(middle)) left font ',\(titleSize)'")
    }
  }

  /// Legend of the characters where there are no colours.
  private func legend(_ panel: Panel) -> String {
    guard let colors = panel.colors else { return "" }
    let (low, high) = (
      colors.range.lowerBound.decimals(1, trimmed: true), colors.range.upperBound.decimals(1, trimmed: true)
    )
    return " [\(low) \(String(PanelColors.characters.dropFirst())) \(high) \(colors.label)]"
  }

  private mutating func colors(_ panel: Panel, _ bottom: Double, _ top: Double) {
    guard let colors = panel.colors else { return }
    script.add(colors.map.command)
    script.add("set cbrange [\(colors.range.lowerBound):\(colors.range.upperBound)]")
    guard hasColor else { return script.add("unset colorbox") }
    let left = layout.right + (panel.pitchRange == nil ? 0 : layout.spacing.pitchAxis) + (isText ? 2 : 14)
    script.add(
      "set colorbox user origin screen \(x(left)),\(y(bottom)) size screen \(x(isText ? 2 : 14)),\(y(top - bottom))")
    if !isText { turned(5, colors.label, at: left + 64) }
  }

  private mutating func key(_ panel: Panel, _ top: Double) {
    guard panel.hasKey else { return script.add("unset key") }
    script.add(
      "set key at screen \(x(layout.right + layout.spacing.edge / 2)),\(y(top)) left top Left reverse invert samplen 1 "
        + "spacing 1.1 width 0")
  }

  private func series(_ layer: Panel.Layer, of panel: Panel, _ bottom: Double, _ top: Double) -> [GnuplotScript.Series]
  {
    switch layer {
    case .series(let series): return [series]
    case .envelope(let values, let color):
      // Lines from the minimum to the maximum: a terminal fills no areas without colours.
      return [
        isText
          ? .points(values, columns: 3, "using 1:2:(0):($3-$2) with vectors nohead lc rgb '\(color.hex)' notitle")
          : .points(
            values, columns: 3,
            "using 1:2:3 with filledcurves fs solid border lc rgb '\(color.hex)' lw 0.8 fc rgb '\(color.hex)' notitle")
      ]
    case .dots(let values, let axes, let color):
      let dot = isText ? "pt 'o'" : "pt 7 ps 0.4"
      return [
        .points(values, columns: 2, "using 1:2 \(axes)with points \(dot) lc rgb '\(color.hex)' notitle")
      ]
    case .grid(let grid) where !isText:
      return [.grid(grid.values, columns: grid.columns, x: grid.x, y: grid.y, "with image notitle")]
    case .grid(let grid):
      let columns = Int(layout.right - layout.left) - 1
      let rows = Int(top - bottom) - 1
      guard columns > 0, rows > 0 else { return [] }
      return cells(of: grid, columns, rows, panel)
    }
  }

  /// A grid as coloured cells, or as characters of increasing darkness.
  private func cells(of grid: Grid, _ columns: Int, _ rows: Int, _ panel: Panel) -> [GnuplotScript.Series] {
    let values = grid.cells(columns, rows, time: figure.time, range: panel.yRange)
    let width = (figure.time.upperBound - figure.time.lowerBound) / Double(columns)
    let height = (panel.yRange.upperBound - panel.yRange.lowerBound) / Double(rows)
    let x = (start: figure.time.lowerBound + width / 2, step: width)
    let y = (start: panel.yRange.lowerBound + height / 2, step: height)
    let (low, high) = (Float(panel.colors!.range.lowerBound), Float(panel.colors!.range.upperBound))
    if hasColor {
      return [.grid(values.map { $0 ?? .nan }, columns: columns, x: x, y: y, "with image notitle")]
    }
    let shades = Float(PanelColors.characters.count)
    // Number of the character, 1 for the lightest.
    let characters = values.map { value in
      value.map { min(max(((($0 - low) / (high - low)) * shades).rounded(.down), 0), shades - 1) + 1 } ?? 1
    }
    let ramp = GnuplotScript.quoted(String(PanelColors.characters))
    return [
      .grid(characters, columns: columns, x: x, y: y, "using (substr(\(ramp),int($1),int($1))) with labels notitle")
    ]
  }
}
