import Streaming

/// Draws the view: a pure function of its state, and the terminal's size and capabilities.
struct ViewDrawing {
  let state: ViewState
  /// Replaces the source, where only one of several channels is drawn.
  let name: String?
  let unicode: Bool
  let palette: ViewPalette
  let layout: ViewLayout
  /// The size of large letters; nil where there is no room for them.
  let scale: BlockText.Scale?
  /// One letter for each emotion, distinct where the names allow it.
  let letters: [Unicode.Scalar]
  var canvas: Canvas

  /// The view at a size.
  static func canvas(_ state: ViewState, size: Terminal.Size, style: Terminal.Style) -> Canvas {
    var drawing = ViewDrawing(state, size: size, style: style)
    drawing.draw()
    return drawing.canvas
  }

  init(_ state: ViewState, size: Terminal.Size, style: Terminal.Style, name: String? = nil) {
    let labels = state.labels
    self.state = state
    self.name = name
    unicode = style.unicode
    palette = ViewPalette(labels: labels, colors: style.colors)
    canvas = Canvas(columns: max(0, size.columns), rows: max(0, size.rows))
    letters = Self.letters(labels.emotions)
    // One size for all labels, so that the layout is stable.
    let names = labels.emotions.map { $0 } + [labels[.uncertain], labels[.silence], Self.paused]
    let columns = canvas.columns
    scale = (style.unicode ? [.halves, .quarters] : [.cells]).first { scale in
      names.allSatisfy { name in BlockText(name, scale).map { $0.width + 2 <= columns } ?? false }
    }
    layout = ViewLayout(
      rows: canvas.rows, columns: columns, emotions: labels.emotions.count, letters: scale.map(BlockText.height),
      isPanel: name != nil)
  }

  /// The frame of several channels: the source, and the key hints.
  init(frame state: ViewState, size: Terminal.Size, style: Terminal.Style) {
    self.state = state
    name = nil
    unicode = style.unicode
    palette = ViewPalette(labels: state.labels, colors: style.colors)
    canvas = Canvas(columns: max(0, size.columns), rows: max(0, size.rows))
    letters = []
    scale = nil
    layout = ViewLayout(frameOf: canvas.rows)
  }

  /// Replaces the label while processing is paused.
  static let paused = "paused"

  mutating func draw() {
    drawStatus()
    drawBand()
    drawFacts()
    drawMeter()
    drawBars()
    drawTimeline()
    drawUtterances()
    drawHints()
    if state.showsHelp && name == nil { drawHelp() }
  }

  /// The first letter of each name that no previous name has.
  private static func letters(_ names: [String]) -> [Unicode.Scalar] {
    var letters: [Unicode.Scalar] = []
    for name in names {
      letters.append(name.unicodeScalars.first { !letters.contains($0) } ?? name.unicodeScalars.first!)
    }
    return letters
  }

  /// Columns before a bar, equal for all: a mark, a letter and a name.
  var barStart: Int { min(state.labels.width + 5, max(0, canvas.columns - 8)) }

  /// A bar of which `share` (0…1) is filled, in steps of an eighth of a column where the terminal supports it.
  mutating func fill(_ share: Float, row: Int, columns: Range<Int>, _ style: CellStyle) {
    guard !columns.isEmpty else { return }
    let eighths = Int((Self.share(share) * Float(columns.count * 8)).rounded())
    guard unicode else {
      return canvas.fill(
        row: row, columns: columns.lowerBound..<columns.lowerBound + (eighths + 4) / 8, style, with: "#")
    }
    let full = columns.lowerBound + eighths / 8
    canvas.fill(row: row, columns: columns.lowerBound..<full, style, with: "█")
    let rests: [Unicode.Scalar] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]
    if eighths % 8 > 0 { canvas.set(rests[eighths % 8 - 1], row: row, column: full, style) }
  }

  /// Writes right-aligned up to the last column but one, or to `end`.
  mutating func putRight(_ text: String, row: Int, end: Int? = nil, _ style: CellStyle = CellStyle()) {
    let end = end ?? canvas.columns - 1
    canvas.put(text, row: row, column: max(0, end - text.unicodeScalars.count), end: end, style)
  }

  /// The value clamped to 0…1; 0 for NaN.
  static func share(_ value: Float) -> Float { value > 0 ? min(value, 1) : 0 }

  /// A probability as text.
  static func percent(_ probability: Float) -> String { "\((probability * 100).decimals(0)) %" }

  /// A stream time as minutes and seconds.
  static func clock(_ time: Double) -> String {
    let seconds = Int(max(0, time))
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let minutes = "\(seconds / 60 % 60)"
    return seconds < 3600
      ? "\(minutes):\(two(seconds % 60))" : "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }
}
