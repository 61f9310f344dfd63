import Training

/// The report as a page for people.
extension EvaluationReport {
  /// - Parameter pictures: that lie beside the page.
  func markdown(_ pictures: [ReportPicture.Kind]) -> String {
    var lines = ["# How well `\(model)` recognises emotions", ""]
    let order =
      if let sessions, let sessionSeed {
        "the clips of each \(sessions.sharer) are one session, in an order drawn by the seed \(sessionSeed)."
      } else {
        "each clip is a fresh session."
      }
    lines.append(
      "\(ensemble.clips) clips of \(corpus), by \(speakers.count) speakers (\(speakers.joined(separator: ", "))); "
        + order
        + (ensemble.unheard > 0 ? " In \(ensemble.unheard) of them nothing was heard; these count as errors." : ""))
    if !knownSpeakers.isEmpty {
      lines += [
        "",
        "**The model knows the speakers \(knownSpeakers.joined(separator: ", ")) from its training: the figures flatter.**",
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
    lines += ["", "## What was taken for what", ""]
    lines += Markdown.table(
      ["said \\ heard"] + ensemble.labels.map(\.name) + ["nothing"],
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
      lines.append("How often a verdict is right that was given with some confidence.")
      add(.calibration)
    }
    lines += ["", "## Thresholds", ""]
    lines.append(
      "What comes of withholding verdicts of less confidence than a threshold: `uncertain` takes their place. Without a "
        + "threshold all clips have a verdict. The area under the risk–coverage curve is \(coverage.riskArea.decimals(3))."
    )
    lines.append("")
    lines += Markdown.table(
      ["threshold", "clips with a verdict", "of these right"],
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
