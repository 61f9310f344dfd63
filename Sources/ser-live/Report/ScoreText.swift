import Training

/// Scores as text.
enum ScoreText {
  /// Column titles of `cells`.
  static let header = ["UAR", "accuracy", "F1", "weighted F1", "AUC", "log loss", "ECE"]

  /// The scores of a test, in the order of `header`.
  static func cells(_ scores: Scores) -> [String] {
    [
      percent(scores.unweightedAverageRecall), percent(scores.accuracy), percent(scores.macroMean.f1),
      percent(scores.weightedMean.f1), area(scores.areaUnderCurve), scores.logLoss.decimals(3),
      scores.calibrationError.decimals(3),
    ]
  }

  /// Column titles of `cells` for scores with a spread.
  static let spreadHeader = ["UAR", "accuracy", "F1", "AUC", "log loss", "ECE"]

  /// Means and, where there are any, standard deviations, in the order of `spreadHeader`.
  static func cells(_ figures: FigureSpread) -> [String] {
    let (mean, spread) = (figures.mean, figures.spread)
    func share(_ figure: (Figures) -> Double) -> String {
      "\((100 * figure(mean)).decimals(1))\(spread.map { " ± \((100 * figure($0)).decimals(1))" } ?? "") %"
    }
    func plain(_ figure: (Figures) -> Double?) -> String {
      guard let value = figure(mean) else { return "–" }
      return "\(value.decimals(3))\(spread.flatMap(figure).map { " ± \($0.decimals(3))" } ?? "")"
    }
    return [
      share(\.unweightedAverageRecall), share(\.accuracy), share(\.f1), plain(\.areaUnderCurve), plain(\.logLoss),
      plain(\.calibrationError),
    ]
  }

  static func percent(_ share: Double) -> String { ProgressReport.percent(share) }

  static func area(_ area: Double?) -> String { area?.decimals(3) ?? "–" }

  /// Such as `48.3–61.0 %`.
  static func interval(_ interval: Interval) -> String {
    "\((100 * interval.low).decimals(1))–\((100 * interval.high).decimals(1)) %"
  }
}
