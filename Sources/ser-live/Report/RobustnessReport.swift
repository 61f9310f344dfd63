import Training

/// Accuracy on distorted clips as text.
extension Robustness {
  private static let header = ["condition", "UAR", "loss", "accuracy", "loss", "other labels", "none"]

  private var rows: [[String]] {
    func points(_ loss: Double) -> String { loss.decimals(1) }
    let clean = [
      "as recorded", ScoreText.percent(unweightedAverageRecall), "", ScoreText.percent(accuracy), "", "", "",
    ]
    return [clean]
      + conditions.map { condition in
        [
          condition.name, ScoreText.percent(condition.unweightedAverageRecall), points(condition.loss),
          ScoreText.percent(condition.accuracy), points(condition.accuracyLoss), ScoreText.percent(condition.changed),
          condition.unheard > 0 ? String(condition.unheard) : "",
        ]
      }
  }

  /// The lines of standard output.
  var lines: [String] {
    let rows = [Self.header] + rows
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    return rows.map { row in
      let line = zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
      return String(line.reversed().drop { $0 == " " }.reversed())
    } + leftOut.map { "\($0.name)  left out: \($0.reason)" }
  }

  /// A section of a report.
  var markdown: [String] {
    var lines = ["", "## Robustness", ""]
    lines.append(
      "The same clips, distorted. Losses are percentage points against the clips as recorded; noise and echoes are "
        + "drawn by the seed \(seed). In some clips no speech is detected any more (none).")
    lines.append("")
    lines += Markdown.table(Self.header, rows)
    for left in leftOut { lines += ["", "\(left.name) is left out: \(left.reason)."] }
    return lines
  }
}
