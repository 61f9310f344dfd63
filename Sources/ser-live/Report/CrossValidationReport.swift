import Training

/// The results of a cross-validation, as in `results.json`.
struct CrossValidationReport: Encodable {
  var command = CommandLineText.current
  /// Includes the version of the program and the complete experiment.
  var settings: CrossValidationSettings
  var emotions: [String]
  var summary: CrossValidationSummary
  /// The same clips without calibration or adaptation; nil where the protocol tests neither.
  var plain: CrossValidationSummary?
  /// Audit of the ensemble with the first seed: further seeds test the same clips again, which would make intervals too
  /// narrow.
  var audit: BiasAudit

  /// The networks, with the ensemble last.
  private var names: [String] { summary.networks.keys.filter { $0 != "ensemble" }.sorted() + ["ensemble"] }

  /// The lines of standard output.
  var lines: [String] {
    guard let plain else { return lines(summary) }
    return lines(summary) + ["", plainTitle] + lines(plain)
  }

  private var plainTitle: String {
    "the same clips without \(settings.evaluationProtocol == .adapted ? "adaptation" : "calibration"):"
  }

  private func lines(_ summary: CrossValidationSummary) -> [String] {
    var lines: [String] = []
    let severalSeeds = summary.seeds.count > 1
    for fold in summary.folds {
      let uars = names.map { "\($0) \(ScoreText.percent(fold.networks[$0]!.unweightedAverageRecall))" }
      let seed = severalSeeds ? "seed \(fold.seed)  " : ""
      lines.append("\(seed)fold \(fold.fold)  UAR  \(uars.joined(separator: "  "))")
    }
    let labelled: [(String, [String: FigureSpread], FigureSpread?)] =
      summary.seeds.map { ("seed \($0.seed)", $0.networks, $0.gender) }
      + (severalSeeds ? [("\(summary.seeds.count) seeds", summary.networks, summary.gender)] : [])
    var rows = [["", "", ""] + ScoreText.spreadHeader]
    for (label, networks, gender) in labelled {
      rows += names.map { [label, "mean", $0] + ScoreText.cells(networks[$0]!) }
      if let gender { rows.append([label, "mean", "gender"] + ScoreText.cells(gender)) }
    }
    let widths = rows[0].indices.map { column in rows.map { $0[column].count }.max()! }
    for row in rows {
      let line = zip(row, widths).map { $0.padded(to: $1) }.joined(separator: "  ")
      lines.append(String(line.reversed().drop { $0 == " " }.reversed()))
    }
    return lines
  }

  /// Writes `results.json`, `results.md` and the pictures.
  ///
  /// - Parameters:
  ///   - folder: must exist.
  ///   - predictions: all of them.
  /// - Throws: an `OperationError` for write errors.
  func write(to folder: String, _ predictions: [Prediction]) throws {
    try ResultFile.write(json: self, to: "\(folder)/results.json")
    let pictures = ReportPicture.vote(
      summary.pool["ensemble"]!, predictions.posteriors("ensemble", classes: emotions.count), names: emotions)
    try ResultFile.write(markdown(ReportPicture.write(pictures, to: folder)), to: "\(folder)/results.md")
  }

  /// The results as a Markdown page.
  ///
  /// - Parameter pictures: in the page's folder.
  private func markdown(_ pictures: [ReportPicture.Kind]) -> String {
    let shuffled = settings.shufflesLabels ? ", with shuffled training labels" : ""
    var lines = ["# Cross-validation: \(settings.evaluationProtocol.rawValue)\(shuffled)", ""]
    let clips = summary.folds.filter { $0.seed == summary.seeds[0].seed }.reduce(0) { total, fold in
      total + (fold.networks["ensemble"]?.clips ?? 0)
    }
    let present = summary.pool["ensemble"]!.labels.count { $0.clips > 0 }
    let folds = summary.folds.count / summary.seeds.count
    lines.append(
      "\(settings.corpus); \(clips) test clips in \(folds) \(folds == 1 ? "fold" : "folds"); \(present) emotions "
        + "(chance: \(ScoreText.percent(1 / Double(present))) UAR).")
    lines += ["", "ser-live \(settings.version): `\(command)`"]
    for seed in summary.seeds {
      lines += ["", "## Seed \(seed.seed)", ""]
      if folds > 1 { lines += ["Means over the folds ± their standard deviation (of a sample: n − 1).", ""] }
      lines += table(seed.networks, seed.gender)
      if let plain = plain?.seeds.first(where: { $0.seed == seed.seed }) {
        lines += ["", "T" + plainTitle.dropFirst(), ""] + table(plain.networks, plain.gender)
      }
      lines += ["", "UAR of each fold:", ""]
      lines += Markdown.table(
        ["fold"] + names + ["test speakers"],
        summary.folds.filter { $0.seed == seed.seed }.map { fold in
          [String(fold.fold)] + names.map { ScoreText.percent(fold.networks[$0]!.unweightedAverageRecall) }
            + [fold.testSpeakers.count > 12 ? "\(fold.testSpeakers.count)" : fold.testSpeakers.joined(separator: ", ")]
        })
    }
    if summary.seeds.count > 1 {
      lines += [
        "", "## Over \(summary.seeds.count) seeds", "",
        "Means over the seeds' means ± the standard deviation of these (of a sample: n − 1).", "",
      ]
      lines += table(summary.networks, summary.gender)
      if let plain { lines += ["", "T" + plainTitle.dropFirst(), ""] + table(plain.networks, plain.gender) }
    }
    let pool = summary.pool["ensemble"]!
    lines += ["", "## All test clips in one pool", ""]
    lines += Markdown.table(
      ["actual \\ predicted"] + pool.labels.map(\.name) + ["nothing", "precision", "recall", "F1", "AUC"],
      pool.labels.indices.filter { pool.labels[$0].clips > 0 }.map { said in
        let label = pool.labels[said]
        return [label.name] + pool.confusion[said].map(String.init) + [
          ScoreText.percent(label.scores.precision), ScoreText.percent(label.scores.recall),
          ScoreText.percent(label.scores.f1), ScoreText.area(label.areaUnderCurve),
        ]
      })
    for kind in pictures { lines += ["", Markdown.picture(kind.fileName, kind.caption)] }
    lines += audit.markdown
    lines += ["", "## Networks", ""]
    lines += Markdown.table(
      ["network", "parameters"], summary.parameters.sorted { $0.key < $1.key }.map { [$0.key, String($0.value)] })
    return lines.joined(separator: "\n") + "\n"
  }

  private func table(_ networks: [String: FigureSpread], _ gender: FigureSpread?) -> [String] {
    var rows = names.map { [$0] + ScoreText.cells(networks[$0]!) }
    if let gender { rows.append(["gender"] + ScoreText.cells(gender)) }
    return Markdown.table(["network"] + ScoreText.spreadHeader, rows)
  }
}
