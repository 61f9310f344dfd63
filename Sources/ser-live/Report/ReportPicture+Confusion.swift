import Training

extension ReportPicture {
  /// The confusion matrix with counts, coloured by the share of the actual label.
  static func confusion(_ scores: Scores) -> ReportPicture {
    let title =
      "\(scores.clips) clips, UAR \(ScoreText.percent(scores.unweightedAverageRecall)), "
      + "accuracy \(ScoreText.percent(scores.accuracy))"
    let said = scores.labels.indices.filter { scores.labels[$0].clips > 0 }
    let columns = scores.labels.count + (scores.unheard > 0 ? 1 : 0)
    var script = GnuplotScript()
    script.add("set title \(GnuplotScript.quoted(title))")
    script.add("set xlabel 'predicted'")
    script.add("set ylabel 'actual'")
    func tick(_ name: String, _ place: Int) -> String { "\(GnuplotScript.quotedTick(name)) \(place)" }
    let names = scores.labels.map(\.name) + ["nothing"]
    let across = (0..<columns).map { tick(names[$0], $0) }
    let down = said.enumerated().map { tick(names[$1], said.count - 1 - $0) }
    script.add("set xtics (\(across.joined(separator: ", "))) rotate by 35 right scale 0")
    script.add("set ytics (\(down.joined(separator: ", "))) scale 0")
    script.add("set palette defined (0 '#ffffff', 0.5 '#6aaed6', 1 '#08306b')")
    script.add("set cbrange [0:1]")
    script.add("set cblabel 'share of the clips of the actual label'")
    // The lowest row first.
    let rows = Array(said.reversed())
    func share(_ label: Int, _ predicted: Int) -> Float {
      Float(scores.confusion[label][predicted]) / Float(scores.labels[label].clips)
    }
    let shares = rows.flatMap { label in (0..<columns).map { share(label, $0) } }
    var light: [Float] = []
    var dark: [Float] = []
    for (row, label) in rows.enumerated() {
      for column in 0..<columns where scores.confusion[label][column] > 0 {
        let point = [Float(column), Float(row), Float(scores.confusion[label][column])]
        if share(label, column) > 0.5 { light += point } else { dark += point }
      }
    }
    var series: [GnuplotScript.Series] = [
      .grid(shares, columns: columns, x: (0, 1), y: (0, 1), "with image notitle")
    ]
    for (points, color) in [(light, "#ffffff"), (dark, "#000000")] where !points.isEmpty {
      series.append(
        .points(points, columns: 3, "using 1:2:(sprintf('%d', $3)) with labels textcolor rgb '\(color)' notitle"))
    }
    script.plot(ranges: "[-0.5:\(Double(columns) - 0.5)] [-0.5:\(Double(rows.count) - 0.5)]", series)
    return ReportPicture(kind: .confusion, script: script, width: 230 + 75 * columns, height: 190 + 60 * rows.count)
  }
}
