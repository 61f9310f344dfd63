import Training

extension ReportPicture {
  /// A curve for each label that has one; nil where none has.
  static func roc(_ posteriors: Posteriors, names: [String]) -> ReportPicture? {
    let curves = names.indices.compactMap { label in posteriors.rocCurve(label).map { (label, $0) } }
    guard let area = posteriors.macroArea else { return nil }
    var script = GnuplotScript()
    script.add("set title 'Each emotion against all others: mean area \(area.decimals(3))'")
    script.add("set xlabel 'false positive rate'")
    script.add("set ylabel 'true positive rate'")
    script.add("set key right bottom title 'area under the curve' left Left reverse spacing 1.2")
    script.add("set grid linetype 1 linecolor rgb '#e0e0e0'")
    script.add("set size square")
    // Slightly beyond the range of the values, because curves run along the edges.
    var series: [GnuplotScript.Series] = [
      .points(
        [0, 0, 1, 1], columns: 2, "using 1:2 with lines linecolor rgb '#777777' dashtype 2 title 'chance: 0.500'")
    ]
    for (label, curve) in curves {
      let title = GnuplotScript.quoted("\(names[label]): \(curve.area.decimals(3))")
      series.append(
        .points(
          curve.points.flatMap { [Float($0.falsePositives), Float($0.truePositives)] }, columns: 2,
          "using 1:2 with lines linewidth 2 dashtype \(ReportColors.dash(label)) "
            + "linecolor rgb '\(ReportColors.color(label))' title \(title)"))
    }
    script.plot(ranges: "[-0.01:1.01] [-0.01:1.01]", series)
    return ReportPicture(kind: .roc, script: script, width: 800, height: 760)
  }
}
