extension ReportPicture {
  /// Losses on the left, accuracies on the right, by epoch; validation dashed.
  static func training(_ curves: TrainingCurves) -> ReportPicture {
    typealias Epoch = TrainingCurves.Epoch
    func line(_ epochs: [Epoch], _ value: (Epoch) -> Double?, _ style: String) -> GnuplotScript.Series? {
      let points = epochs.flatMap { epoch in value(epoch).map { [Float(epoch.epoch), Float($0)] } ?? [] }
      return points.isEmpty ? nil : .points(points, columns: 2, "using 1:2 with lines linewidth 2 \(style)")
    }
    func series(training: (Epoch) -> Double?, validation: (Epoch) -> Double?) -> [GnuplotScript.Series] {
      curves.networks.enumerated().flatMap { index, network in
        let color = "linecolor rgb '\(ReportColors.color(index))'"
        return [
          line(network.epochs, training, "\(color) title \(GnuplotScript.quoted(network.name))"),
          line(network.epochs, validation, "\(color) dashtype 2 notitle"),
        ].compactMap { $0 }
      }
    }
    let last = curves.networks.flatMap(\.epochs).reduce(2) { max($0, $1.epoch) }
    var script = GnuplotScript()
    script.add("set multiplot layout 1,2")
    script.add("set xlabel 'epoch'")
    script.add("set grid linetype 1 linecolor rgb '#e0e0e0'")
    script.add("set key top right")
    script.add("set title 'Loss in training (solid) and validation (dashed)'")
    script.plot(ranges: "[1:\(last)] [0:*]", series(training: \.loss, validation: \.validationLoss))
    script.add("set key bottom right")
    script.add("set title 'Accuracy in training (solid), UAR in validation (dashed)'")
    script.plot(ranges: "[1:\(last)] [0:1]", series(training: \.trainingAccuracy, validation: \.validationUAR))
    script.add("unset multiplot")
    return ReportPicture(kind: .training, script: script, width: 1100, height: 500)
  }
}
