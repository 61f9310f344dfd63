import Training

/// The audit as a section of a Markdown page.
extension BiasAudit {
  var markdown: [String] {
    var lines = ["", "## Groups", ""]
    lines.append(
      "Accuracy has a 95 % Wilson interval, as if clips were independent; UAR has a 95 % bootstrap interval of 2000 "
        + "draws of speakers, where there are at least three. UAR is the mean over the emotions of a group."
    )
    for (name, groups) in [
      ("gender", byGender), ("speaker", bySpeaker), ("intensity", byIntensity), ("statement", byStatement),
    ] where !groups.isEmpty {
      var shown = groups
      lines.append("")
      if groups.count > Self.mostGroups {
        shown = Array(groups.sorted { $0.unweightedAverageRecall < $1.unweightedAverageRecall }[..<Self.mostGroups])
        lines += ["The \(Self.mostGroups) of \(groups.count) with the lowest UAR; the JSON file has all.", ""]
      }
      lines += Markdown.table(
        [name, "clips", "speakers", "UAR", "95 %", "accuracy", "95 %"], (shown + [all]).map(Self.cells))
    }
    return lines
  }

  /// Limit for the groups in a table.
  private static let mostGroups = 24

  private static func cells(_ group: GroupScores) -> [String] {
    [
      group.name, String(group.clips), String(group.speakers), ScoreText.percent(group.unweightedAverageRecall),
      group.recallInterval.map(ScoreText.interval) ?? "–", ScoreText.percent(group.accuracy),
      ScoreText.interval(group.accuracyInterval),
    ]
  }
}
