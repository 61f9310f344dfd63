import Training

/// The report as files.
extension EvaluationReport {
  /// Writes `report.json`, `report.md`, `predictions.csv` and the pictures. Without gnuplot there are no pictures, and
  /// a message on standard error.
  ///
  /// - Parameters:
  ///   - folder: must exist.
  ///   - predictions: those of the report.
  ///   - corpus: of the predictions.
  ///   - training: nil where the metrics of the model's training are not available.
  /// - Throws: an `OperationError` for write errors.
  func write(to folder: String, _ predictions: [Prediction], corpus: Corpus, training: TrainingCurves?) throws {
    let labels = corpus.labels
    try ResultFile.write(json: self, to: "\(folder)/report.json")
    try ResultFile.write(PredictionTable.csv(predictions, corpus), to: "\(folder)/predictions.csv")
    let posteriors = predictions.posteriors("ensemble", classes: labels.emotions.count)
    let pictures =
      ReportPicture.vote(ensemble, posteriors, names: labels.emotions)
      + [training.map(ReportPicture.training)].compactMap { $0 }
    let drawn = try ReportPicture.write(pictures, to: folder)
    try ResultFile.write(markdown(drawn), to: "\(folder)/report.md")
  }
}
