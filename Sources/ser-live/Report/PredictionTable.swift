import Support
import Training

/// The prediction for each clip, as comma-separated values (RFC 4180).
enum PredictionTable {
  /// A header line, then a line for each clip: path, speaker, gender, intensity, statement, emotion, the ensemble's
  /// prediction (empty: none), then a probability for each label of each network, such as `ensemble_happy`, and of each
  /// gender. Unknown values are empty.
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

  /// Fields as one line, quoted where necessary.
  static func line(_ fields: [String]) -> String {
    fields.map { field in
      field.contains { ",\"\r\n".contains($0) || $0 == "\r\n" }
        ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
    }.joined(separator: ",") + "\n"
  }
}
