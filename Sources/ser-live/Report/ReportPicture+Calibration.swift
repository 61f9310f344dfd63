import Training

extension ReportPicture {
  /// Top: accuracy over confidence. Bottom: number of predictions.
  static func calibration(_ reliability: Reliability) -> ReportPicture {
    let bins = reliability.bins
    let filled = bins.filter { $0.count > 0 }
    let width = bins[0].high - bins[0].low
    func center(_ bin: Reliability.Bin) -> Float { Float((bin.low + bin.high) / 2) }
    var script = GnuplotScript()
    script.add("set multiplot")
    script.add("set lmargin at screen 0.11")
    script.add("set rmargin at screen 0.97")
    script.add("set grid linetype 1 linecolor rgb '#e0e0e0'")
    script.add("set boxwidth \(width * 0.9)")
    script.add("set style fill solid 0.7 border")
    script.add("set tmargin at screen 0.93")
    script.add("set bmargin at screen 0.34")
    script.add("set title 'Expected calibration error \(reliability.calibrationError.decimals(3))'")
    script.add("set ylabel 'accuracy'")
    script.add("set key top left Left reverse")
    script.add("set format x ''")
    script.plot(
      ranges: "[0:1] [0:1]",
      [
        .points(
          filled.flatMap { [center($0), Float($0.accuracy)] }, columns: 2,
          "using 1:2 with boxes linecolor rgb '\(ReportColors.color(5))' title 'accuracy'"),
        .points(
          filled.flatMap { [Float($0.confidence), Float($0.accuracy)] }, columns: 2,
          "using 1:2 with points pointtype 7 pointsize 0.9 linecolor rgb '\(ReportColors.color(0))' "
            + "title 'at the mean confidence'"),
        .points([0, 0, 1, 1], columns: 2, "using 1:2 with lines linecolor rgb '#555555' dashtype 2 title 'perfect'"),
      ])
    script.add("unset title")
    script.add("set tmargin at screen 0.29")
    script.add("set bmargin at screen 0.11")
    script.add("set format x '%.1f'")
    script.add("set xlabel 'confidence'")
    script.add("set ylabel 'clips'")
    script.add("unset ytics")
    script.add("unset grid")
    script.add("unset key")
    let counts = filled.flatMap { [center($0), Float($0.count)] }
    let most = filled.map(\.count).max() ?? 1
    script.plot(
      ranges: "[0:1] [0:\(1.3 * Double(most))]",
      [
        .points(counts, columns: 2, "using 1:2 with boxes linecolor rgb '#888888' notitle"),
        .points(counts, columns: 2, "using 1:2:(sprintf('%d', $2)) with labels offset 0,0.6 notitle"),
      ])
    script.add("unset multiplot")
    return ReportPicture(kind: .calibration, script: script, width: 720, height: 760)
  }
}
