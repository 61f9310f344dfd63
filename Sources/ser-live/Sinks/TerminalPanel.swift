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
    let status = "\(mark) \(snapshot.speech ? "speech" : "quiet ")  \(snapshot.time.decimals(1)) s"
    let name = labels[snapshot.label].uppercased()
    // Spread where there is room for the longest label, so that labels do not change their looks with their lengths.
    let isSpread = 2 * labels.width + 9 + status.count <= columns
    var line = Line()
    line.append(
      " \(isSpread ? name.map(String.init).joined(separator: " ") : name) ", color(of: snapshot.label, inverse: true),
      columns: columns)
    if case .emotion = snapshot.label { line.append("  \(snapshot.confidence.decimals(2))", columns: columns) }
    let gap = columns - line.width - status.count
    if gap > 0 {
      line.append(String(repeating: " ", count: gap), columns: columns)
      line.append(status, snapshot.speech ? "" : faint, columns: columns)
    }
    return line
  }

  private func meter(_ columns: Int) -> Line {
    let floor: Float = -60
    let clipping = snapshot.time < clippingUntil
    let hue = clipping ? "31" : snapshot.level > -6 ? "33" : "32"
    return row(
      "level", faint, share: (snapshot.level - floor) / -floor, style.color ? hue : "",
      value: clipping ? "CLIP" : "\(snapshot.level.decimals(0)) dB", clipping ? (style.color ? "1;31" : "1") : "",
      columns)
  }

  private func bar(of index: Int, _ columns: Int) -> Line {
    let probability = snapshot.probabilities[index]
    let present = snapshot.label == .emotion(index)
    return row(
      labels.emotions[index], present ? "1" : "", share: probability,
      present ? color(of: snapshot.label, inverse: false) : faint, value: probability.decimals(2), present ? "1" : "",
      columns)
  }

  /// A name, a bar of which `share` (0…1) is filled, and a value, each with its attributes, in columns of the same widths
  /// on every row.
  private func row(
    _ name: String, _ nameAttributes: String, share: Float, _ barAttributes: String, value: String,
    _ valueAttributes: String, _ columns: Int
  ) -> Line {
    let value = value.leftPadded(to: " -100 dB".count)
    var line = Line()
    line.append(" " + name.padded(to: labels.width + 2), nameAttributes, columns: columns)
    line.append(filled(share, of: max(1, columns - line.width - value.count)), barAttributes, columns: columns)
    line.append(value, valueAttributes, columns: columns)
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
