/// The positions of a figure's panels: in pixels of a picture, or in the cells of a terminal.
struct FigureLayout {
  /// Space around the panels.
  struct Spacing {
    var title, panelTitle, gap, timeAxis, left, edge, colors, pitchAxis, key: Double

    static let file = Spacing(
      title: 36, panelTitle: 22, gap: 14, timeAxis: 46, left: 86, edge: 22, colors: 90, pitchAxis: 74, key: 128)
    // The title of a panel takes one line, and so does its upper border. The title of the figure precedes the first.
    static let text = Spacing(
      title: -1, panelTitle: 2, gap: 0, timeAxis: 2, left: 12, edge: 3, colors: 10, pitchAxis: 6, key: 12)
  }

  let spacing: Spacing
  let width, height: Double
  /// Edges of all panels from the left, and of each from the bottom.
  let left, right: Double
  let panels: [(bottom: Double, top: Double)]

  init(_ panels: [Panel], form: PictureForm) {
    let spacing: Spacing
    switch form {
    case .file(_, let width, let height):
      spacing = .file
      (self.width, self.height) = (Double(width), Double(height))
    case .text(let columns, let rows, let color):
      var text = Spacing.text
      if !color { text.colors = text.edge }
      spacing = text
      // From the first column to the last, from the lowest line to the highest.
      (width, height) = (Double(columns - 1), Double(rows - 1))
    }
    self.spacing = spacing
    left = spacing.left
    right =
      width
      - panels.reduce(0) { widest, panel in
        let side =
          (panel.colors == nil ? 0 : spacing.colors) + (panel.pitchRange == nil ? 0 : spacing.pitchAxis)
          + (panel.hasKey ? spacing.key : 0)
        return max(widest, side, spacing.edge)
      }
    let fixed = spacing.title + spacing.timeAxis + Double(panels.count) * (spacing.panelTitle + spacing.gap)
    let room = max(0, height - fixed)
    let isText = if case .text = form { true } else { false }
    let growing = panels.filter { $0.grows || !isText }.reduce(0) { $0 + $1.height }
    let needed = panels.reduce(0) { $0 + Double($1.lines) }
    var edge = height - spacing.title
    self.panels = panels.map { panel in
      let top = edge - spacing.panelTitle
      // In a terminal whole lines: the minimum of each panel, and a share of the rest.
      let share = panel.grows || !isText ? panel.height / growing : 0
      let size = isText ? Double(panel.lines) + (max(0, room - needed) * share).rounded(.down) : room * share
      edge = top - size - spacing.gap
      return (top - size, top)
    }
  }

  /// The lines of a terminal that the panels need.
  static func lines(_ panels: [Panel]) -> Int {
    let spacing = Spacing.text
    let lines = panels.reduce(0) { $0 + Double($1.lines) + spacing.panelTitle + spacing.gap }
    return Int(lines + spacing.title + spacing.timeAxis) + 1
  }

  /// The height of a picture in which each panel has its preferred height.
  static func naturalHeight(_ panels: [Panel]) -> Int {
    let spacing = Spacing.file
    let heights = panels.reduce(0) { $0 + $1.height + spacing.panelTitle + spacing.gap }
    return Int((spacing.title + spacing.timeAxis + heights).rounded())
  }
}
