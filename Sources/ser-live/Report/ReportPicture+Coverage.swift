import Training

extension ReportPicture {
  /// Accuracy over coverage, with some thresholds marked. nil without clips.
  static func coverage(_ curve: CoverageCurve) -> ReportPicture? {
    guard let all = curve.points.last else { return nil }
    // The first few predictions are insignificant, and would make the curve jump.
    let least = 0.03
    let drawn = curve.points.filter { $0.coverage >= least }
    let marks = (1...9).map { curve.at(Double($0) / 10) }.filter { least..<all.coverage ~= $0.coverage }
    var script = GnuplotScript()
    script.add("set title 'Predictions withheld below a threshold: area under the risk \(curve.riskArea.decimals(3))'")
    script.add("set xlabel 'share of the clips with a prediction'")
    script.add("set ylabel 'accuracy of these predictions'")
    script.add("set key bottom left Left reverse")
    script.add("set grid linetype 1 linecolor rgb '#e0e0e0'")
    var series: [GnuplotScript.Series] = [
      .points(
        [0, Float(all.accuracy!), 1, Float(all.accuracy!)], columns: 2,
        "using 1:2 with lines linecolor rgb '#777777' dashtype 2 title 'without a threshold'"),
      .points(
        drawn.flatMap { [Float($0.coverage), Float($0.accuracy!)] }, columns: 2,
        "using 1:2 with lines linewidth 2 linecolor rgb '\(ReportColors.color(0))' title 'with one'"),
    ]
    if !marks.isEmpty {
      let points = marks.flatMap { [Float($0.coverage), Float($0.accuracy!), Float($0.threshold)] }
      series += [
        .points(
          points, columns: 3,
          "using 1:2 with points pointtype 7 pointsize 0.9 linecolor rgb '\(ReportColors.color(1))' title 'threshold'"),
        .points(points, columns: 3, "using 1:2:(sprintf('%.1f', $3)) with labels offset 0,1 notitle"),
      ]
    }
    script.plot(ranges: "[0:1.01] [0:1.05]", series)
    return ReportPicture(kind: .coverage, script: script, width: 720, height: 560)
  }
}
