import Training

/// The report as files.
extension EvaluationReport {
  /// Writes `report.json`, `report.md`, `predictions.csv` and the pictures. Where gnuplot is missing there are no pictures,
  /// and standard error says so.
  ///
  /// - Parameters:
  ///   - folder: is there.
  ///   - predictions: those that the report was made of.
  ///   - corpus: that they are about.
  ///   - training: nil where it is not known how the model was trained.
  /// - Throws: `OperationError` for what cannot be written.
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
