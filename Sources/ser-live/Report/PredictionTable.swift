import Support
import Training

/// What was heard in each clip, as comma-separated values (RFC 4180).
enum PredictionTable {
  /// A line for each clip below a line with the names of the columns: path, speaker, gender, intensity, statement,
  /// emotion, what the ensemble heard (empty: nothing), then a probability for each label of each
  /// network, such as `ensemble_happy`, and of each gender. What is not known is empty.
  static func csv(_ predictions: [Prediction], _ corpus: Corpus) -> String {
    let labels = corpus.labels
    let networks = predictions.networkNames
    let tellsGender = predictions.tellGender
    var header = ["path", "speaker", "gender", "intensity", "statement", "emotion", "heard"]
    for network in networks { header += labels.emotions.map { "\(network)_\($0)" } }
    if tellsGender { header += labels.genders.map { "gender_\($0)" } }
    var lines = [line(header)]
    for prediction in predictions {
      let predicted = [prediction].posteriors("ensemble", classes: labels.emotions.count).predicted[0]
      var fields = [
        prediction.path.legible, prediction.speaker, prediction.gender.map { labels.genders[$0] } ?? "",
        prediction.intensity.map { Corpus.intensities[$0] } ?? "",
        prediction.statement.map { corpus.statements[$0] } ?? "",
        labels.emotions[prediction.emotion], predicted.map { labels.emotions[$0] } ?? "",
      ]
      for network in networks { fields += prediction.emotions[network]!.map { $0.decimals(6) } }
      if tellsGender {
        fields +=
          prediction.genders.isEmpty
          ? labels.genders.map { _ in "" } : prediction.genders.map { $0.decimals(6) }
      }
      lines.append(line(fields))
    }
    return lines.joined()
  }

  /// Fields, quoted where they must be, as one line.
  static func line(_ fields: [String]) -> String {
    fields.map { field in
      field.contains { ",\"\r\n".contains($0) || $0 == "\r\n" }
        ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    }.joined(separator: ",") + "\n"
  }
}
