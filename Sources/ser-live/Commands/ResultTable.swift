import Streaming
import Training

/// Results as a text table.
enum ResultTable {
  /// The names of networks, with the ensemble last.
  static func inOrder(_ names: some Sequence<String>) -> [String] {
    names.sorted { ($0 == "ensemble" ? 1 : 0, $0) < ($1 == "ensemble" ? 1 : 0, $1) }
  }

  /// - Parameter results: by the name of a network, and `ensemble`.
  static func lines(_ results: [String: Evaluation], labels: LabelSet) -> [String] {
    let names = inOrder(results.keys)
    let width = names.reduce(0) { max($0, $1.count) }
    var lines = names.map { name in
      let emotion = results[name]!.emotion
      return "\(name.padded(to: width))  UAR \(ProgressReport.percent(emotion.unweightedAverageRecall))"
        + "  accuracy \(ProgressReport.percent(emotion.accuracy))"
    }
    guard let together = results["ensemble"] else { return lines }
    let gender = together.gender
    if (0..<gender.classes).contains(where: { said in (0..<gender.classes).contains { gender[said, $0] > 0 } }) {
      lines.append("\("gender".padded(to: width))  accuracy \(ProgressReport.percent(gender.accuracy))")
    }
    lines.append("")
    lines.append(
      "actual \\ predicted  " + labels.emotions.map { String($0.prefix(8)).padded(to: 9) }.joined() + "nothing")
    for (said, label) in labels.emotions.enumerated() where together.emotion.total(said) > 0 {
      let counts = (0...labels.emotions.count).map { String(together.emotion[said, $0]).padded(to: 9) }.joined()
      lines.append("\(label.padded(to: 18))  \(counts)")
    }
    return lines
  }
}
