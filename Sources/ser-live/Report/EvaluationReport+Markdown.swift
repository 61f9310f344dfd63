/// The report as a Markdown page.
extension EvaluationReport {
  /// - Parameter pictures: in the page's folder.
  func markdown(_ pictures: [ReportPicture.Kind]) -> String {
    var lines = ["# Evaluation of `\(model)`", ""]
    let order =
      if let sessions, let sessionSeed {
        "the clips of each \(sessions.sharer) are one session, in an order drawn by the seed \(sessionSeed)."
      } else {
        "each clip is a new session."
      }
    lines.append(
      "\(ensemble.clips) clips of \(corpus), by \(speakers.count) speakers (\(speakers.joined(separator: ", "))); "
        + order
        + (ensemble.unheard > 0 ? " No speech was detected in \(ensemble.unheard) of them: errors." : ""))
    if !knownSpeakers.isEmpty {
      lines += [
        "",
        "**The model was trained on the speakers \(knownSpeakers.joined(separator: ", ")): the figures flatter.**",
      ]
    }
    lines += ["", "ser-live \(version): `\(command)`", "", "## Result", ""]
    let names = networks.keys.filter { $0 != "ensemble" }.sorted() + ["ensemble"]
    var rows = names.map { [$0] + ScoreText.cells(networks[$0]!) }
    if let gender { rows.append(["gender"] + ScoreText.cells(gender)) }
    lines += Markdown.table(["network"] + ScoreText.header, rows)
    let chance = ScoreText.percent(1 / Double(max(1, ensemble.labels.count { $0.clips > 0 })))
    lines += [
      "",
      "UAR is the unweighted average recall (chance: \(chance) for emotions), F1 the mean over labels, AUC the mean area under the "
        + "labels' ROC curves, ECE the expected calibration error.",
    ]
    func add(_ kind: ReportPicture.Kind) {
      if pictures.contains(kind) { lines += ["", Markdown.picture(kind.fileName, kind.caption)] }
    }
    lines += ["", "## Confusion matrix", ""]
    lines += Markdown.table(
      ["actual \\ predicted"] + ensemble.labels.map(\.name) + ["nothing"],
      ensemble.labels.indices.filter { ensemble.labels[$0].clips > 0 }.map { said in
        [ensemble.labels[said].name] + ensemble.confusion[said].map(String.init)
      })
    add(.confusion)
    lines += ["", "## Emotions", ""]
    lines += Markdown.table(
      ["emotion", "clips", "precision", "recall", "F1", "AUC"],
      ensemble.labels.map { label in
        [
          label.name, String(label.clips), ScoreText.percent(label.scores.precision),
          ScoreText.percent(label.scores.recall), ScoreText.percent(label.scores.f1),
          ScoreText.area(label.areaUnderCurve),
        ]
      })
    add(.roc)
    if pictures.contains(.calibration) {
      lines += ["", "## Calibration", ""]
      lines.append("Accuracy of the predictions by their confidence.")
      add(.calibration)
    }
    lines += ["", "## Thresholds", ""]
    lines.append(
      "The effect of a threshold: a prediction of less confidence becomes `uncertain`. Without a threshold all clips "
        + "have a prediction. The area under the risk–coverage curve is \(coverage.riskArea.decimals(3))."
    )
    lines.append("")
    lines += Markdown.table(
      ["threshold", "clips with a prediction", "accuracy on these"],
      coverage.thresholds.enumerated().filter { $0.offset.isMultiple(of: 2) }.map { _, point in
        [
          point.threshold.decimals(1), ScoreText.percent(point.coverage),
          point.accuracy.map(ScoreText.percent) ?? "–",
        ]
      })
    add(.coverage)
    if pictures.contains(.training) {
      lines += ["", "## Training"]
      add(.training)
    }
    lines += audit.markdown
    if let stream { lines += stream.markdown }
    if let robustness { lines += robustness.markdown }
    return lines.joined(separator: "\n") + "\n"
  }
}
