import Streaming

/// The layout of the display: pure, from snapshots to lines.
struct TerminalPanel {
  /// A line with its control sequences, and its width in columns without them.
  struct Line: Equatable {
    private(set) var text = ""
    private(set) var width = 0

    /// Appends what still fits into `columns`; every character must be one column wide.
    mutating func append(_ part: String, _ attributes: String = "", columns: Int) {
      let part = part.prefix(columns - width)
      guard !part.isEmpty else { return }
      width += part.count
      text += attributes.isEmpty ? part : "\u{1B}[\(attributes)m\(part)\u{1B}[0m"
    }
  }

  let labels: LabelSet
  let style: Terminal.Style
  private var snapshot: Snapshot
  /// Stream time until which the clipping mark stays, so that a single peak can be seen.
  private var clippingUntil = -Double.infinity

  init(labels: LabelSet, style: Terminal.Style) {
    self.labels = labels
    self.style = style
    snapshot = Snapshot(
      time: 0, label: .silence, confidence: 1, probabilities: labels.emotions.map { _ in 0 }, level: -120, speech: false
    )
  }

  mutating func update(_ snapshot: Snapshot) {
    self.snapshot = snapshot
    if snapshot.clipping { clippingUntil = snapshot.time + 1 }
  }

  /// The display's lines: the label, the level, a bar per emotion; as many as leave a row free, none wider than `size`.
  func lines(size: Terminal.Size) -> [Line] {
    // Wider bars say no more, and the last column is left free because some terminals wrap there.
    let columns = max(1, min(size.columns - 1, 78))
    var lines = [heading(columns), meter(columns)]
    for index in labels.emotions.indices { lines.append(bar(of: index, columns)) }
    return Array(lines.prefix(max(1, size.rows - 1)))
  }

  private func heading(_ columns: Int) -> Line {
    let mark = style.unicode ? (snapshot.speech ? "●" : "○") : (snapshot.speech ? "*" : "-")
    let status = "\(mark) speech \(snapshot.time.decimals(1)) s"
    let confidence = snapshot.label == .silence ? "" : "  \(snapshot.confidence.decimals(2))"
    let name = labels[snapshot.label].uppercased()
    let wide = name.map(String.init).joined(separator: " ")
    let fits = " \(wide) \(confidence) \(status)".count <= columns
    var line = Line()
    line.append(" \(fits ? wide : name) ", color(of: snapshot.label, inverse: true), columns: columns)
    line.append(confidence, columns: columns)
    line.append(String(repeating: " ", count: max(1, columns - line.width - status.count)), columns: columns)
    line.append(status, snapshot.speech ? "" : faint, columns: columns)
    return line
  }

  private func meter(_ columns: Int) -> Line {
    let floor: Float = -60
    let level = snapshot.level
    let clipping = snapshot.time < clippingUntil
    var line = Line()
    line.append(" " + "level".padded(to: labels.width + 2), faint, columns: columns)
    let length = max(1, columns - line.width - "  -100 dB CLIP".count)
    let hue = clipping ? "31" : level > -6 ? "33" : "32"
    line.append(filled((level - floor) / -floor, of: length), style.color ? hue : "", columns: columns)
    line.append(level.decimals(0).leftPadded(to: 6) + " dB", columns: columns)
    if clipping { line.append(" CLIP", style.color ? "1;31" : "1", columns: columns) }
    return line
  }

  private func bar(of index: Int, _ columns: Int) -> Line {
    let probability = snapshot.probabilities[index]
    let present = snapshot.label == .emotion(index)
    var line = Line()
    line.append(" " + labels.emotions[index].padded(to: labels.width + 2), present ? "1" : "", columns: columns)
    let length = max(1, columns - line.width - "  0.00".count)
    line.append(
      filled(probability, of: length), present ? color(of: snapshot.label, inverse: false) : faint, columns: columns)
    line.append("  \(probability.decimals(2))", present ? "1" : "", columns: columns)
    return line
  }

  /// A bar of `length` columns, of which `share` (0…1) is filled to an eighth of a column.
  private func filled(_ share: Float, of length: Int) -> String {
    let eighths = Int((min(max(share, 0), 1) * Float(length * 8)).rounded())
    let bar: String
    if style.unicode {
      let rest = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"][eighths % 8]
      bar = String(repeating: "█", count: eighths / 8) + rest
    } else {
      bar = String(repeating: "#", count: (eighths + 4) / 8)
    }
    return bar.padded(to: length)
  }

  private var faint: String { style.color ? "2" : "" }

  /// Attributes of a label: colours that people connect with the common emotions, any others in turn.
  private func color(of verdict: Verdict, inverse: Bool) -> String {
    guard style.color else { return inverse ? "1;7" : "1" }
    let hue =
      switch verdict {
      case .silence: "90"
      case .uncertain: "37"
      case .emotion(let index):
        switch labels.emotions[index] {
        case "neutral": "37"
        case "calm": "96"
        case "happy": "33"
        case "sad": "34"
        case "angry": "31"
        case "fearful": "35"
        case "disgust": "32"
        case "surprised": "36"
        default: "\(31 + index % 6)"
        }
      }
    return inverse ? "1;7;\(hue)" : "1;\(hue)"
  }
}
