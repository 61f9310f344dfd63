/// All scores of a set of predictions.
public struct Scores: Sendable, Equatable, Codable {
  /// Scores of one label.
  public struct Label: Sendable, Equatable, Codable {
    public var name: String
    /// Clips with the label.
    public var clips: Int
    public var scores: PrecisionRecall
    /// Area under its ROC curve against all other labels; nil where all clips have the label, or none.
    public var areaUnderCurve: Double?
  }

  /// Number of clips.
  public var clips: Int
  /// Clips without a prediction: they count as errors.
  public var unheard: Int
  /// Share of the clips with a correct prediction, 0…1.
  public var accuracy: Double
  /// The mean recall of the labels that occurred, 0…1.
  public var unweightedAverageRecall: Double
  /// Means over the labels that occurred, with equal weights.
  public var macroMean: PrecisionRecall
  /// Means over the labels, weighted by their clips.
  public var weightedMean: PrecisionRecall
  /// The mean area under the labels' ROC curves; nil where no label has one.
  public var areaUnderCurve: Double?
  /// In nats.
  public var logLoss: Double
  /// The expected calibration error of 15 bins, 0…1.
  public var calibrationError: Double
  /// In the order of the labels.
  public var labels: [Label]
  /// [labels][labels + 1]: confusion matrix; the last column counts clips without a prediction.
  public var confusion: [[Int]]

  /// - Parameter names: of the labels, in their order.
  public init(_ posteriors: Posteriors, names: [String]) {
    precondition(names.count == posteriors.classes, "a name for each label")
    let matrix = posteriors.confusion
    clips = posteriors.count
    unheard = matrix.unheard
    accuracy = matrix.accuracy
    unweightedAverageRecall = matrix.unweightedAverageRecall
    macroMean = matrix.macroMean
    weightedMean = matrix.weightedMean
    areaUnderCurve = posteriors.macroArea
    logLoss = posteriors.logLoss
    calibrationError = Reliability(posteriors).calibrationError
    labels = names.indices.map { label in
      Label(
        name: names[label], clips: matrix.total(label), scores: matrix.scores(label),
        areaUnderCurve: posteriors.rocCurve(label)?.area)
    }
    confusion = names.indices.map { said in (0...names.count).map { matrix[said, $0] } }
  }
}
