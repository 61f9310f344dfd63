extension ReportPicture {
  /// On the left losses, on the right accuracies, by epoch; validation dashed.
  static func training(_ curves: TrainingCurves) -> ReportPicture {
    typealias Epoch = TrainingCurves.Epoch
    func series(_ figures: [(name: String, dash: Int, value: (Epoch) -> Double?)]) -> [GnuplotScript.Series] {
      curves.networks.enumerated().flatMap { index, network in
        figures.compactMap { figure in
          let points = network.epochs.flatMap { epoch in
            figure.value(epoch).map { [Float(epoch.epoch), Float($0)] } ?? []
          }
          guard !points.isEmpty else { return nil }
          return .points(
            points, columns: 2,
            "using 1:2 with lines linewidth 2 dashtype \(figure.dash) linecolor rgb '\(ReportColors.color(index))' "
              + "title \(GnuplotScript.quoted("\(network.name), \(figure.name)"))")
        }
      }
    }
    let last = curves.networks.flatMap(\.epochs).reduce(1) { max($0, $1.epoch) }
    var script = GnuplotScript()
    script.add("set multiplot layout 1,2")
    script.add("set xlabel 'epoch'")
    script.add("set grid linetype 1 linecolor rgb '#e0e0e0'")
    script.add("set key outside below center vertical maxrows 2 Left reverse samplen 2.5")
    script.add("set title 'Loss'")
    script.plot(
      ranges: "[1:\(max(last, 2))] [0:*]",
      series([("training", 1, { $0.loss }), ("validation", 2, { $0.validationLoss })]))
    script.add("set title 'Accuracy in training, UAR in validation'")
    script.plot(
      ranges: "[1:\(max(last, 2))] [0:1]",
      series([("training", 1, { $0.trainingAccuracy }), ("validation", 2, { $0.validationUAR })]))
    script.add("unset multiplot")
    return ReportPicture(kind: .training, script: script, width: 1100, height: 560)
  }
}
