import Models
import Streaming
import Training

/// The results of a model on labelled recordings, with all scores, as in `report.json`.
struct EvaluationReport: Encodable {
  /// Coverage and accuracy over thresholds of `uncertain`.
  struct CoverageReport: Encodable {
    var riskArea: Double
    /// From 0 to 0.95 in steps of 0.05.
    var thresholds: [CoverageCurve.Point]

    init(_ curve: CoverageCurve) {
      riskArea = curve.riskArea
      thresholds = (0..<20).map { curve.at(Double($0) / 20) }
    }
  }

  /// Properties of a network.
  struct NetworkDescription: Encodable {
    var target: Target
    /// Trainable parameters.
    var parameters: Int
    /// Divides its scores.
    var temperature: Float
    /// Its ensemble weight; nil for a network outside the ensemble.
    var vote: Float?
  }

  /// Version of the program.
  var version = SerLive.version
  var command = CommandLineText.current
  /// The model's file; `built-in` is the built-in model.
  var model: String
  var provenance: Provenance
  var architecture: [String: NetworkDescription]
  /// Class priors by emotion; 1 for those that are missing.
  var priors: [String: Float]
  var corpus: String
  var speakers: [String]
  /// Speakers of the model's training: their scores are too optimistic.
  var knownSpeakers: [String]
  /// The clips that form one session; nil where each was a separate session.
  var sessions: TestedSessions?
  /// Seed of the order within sessions of several clips.
  var sessionSeed: UInt64?
  /// By name of the network, and `ensemble`.
  var networks: [String: Scores]
  /// nil without a gender head.
  var gender: Scores?
  /// Of the ensemble.
  var reliability: Reliability
  /// Of the ensemble.
  var coverage: CoverageReport
  /// Of the ensemble.
  var audit: BiasAudit
  /// Of the ensemble; nil where it was not tested.
  var robustness: Robustness?
  /// nil where it was not tested.
  var stream: StreamScores?

  /// - Parameters:
  ///   - predictions: of the recognizer, not empty.
  ///   - model: its file; nil for the built-in one.
  ///   - corpus: of the predictions.
  ///   - sessions: nil where each clip was one.
  ///   - sessionSeed: of the order within sessions; nil where each clip was one.
  init(
    _ predictions: [Prediction], of recognizer: Recognizer, model: String?, corpus: Corpus, knownSpeakers: [String],
    sessions: TestedSessions?, sessionSeed: UInt64?
  ) {
    let labels = recognizer.labels
    self.model = model ?? "built-in"
    self.corpus = corpus.name
    self.knownSpeakers = knownSpeakers
    self.sessions = sessions
    self.sessionSeed = sessionSeed
    provenance = recognizer.provenance
    priors = recognizer.configuration.priors.factors
    architecture = [:]
    var votes = recognizer.ensemble.weights.makeIterator()
    for network in recognizer.networks {
      architecture[network.configuration.name] = NetworkDescription(
        target: network.configuration.target, parameters: network.trainedCount, temperature: network.temperature,
        vote: network.configuration.target == .emotion ? votes.next() : nil)
    }
    speakers = predictions.speakers
    networks = [:]
    for name in predictions.networkNames {
      networks[name] = Scores(predictions.posteriors(name, classes: labels.emotions.count), names: labels.emotions)
    }
    gender = predictions.genderScores(labels.genders)
    let posteriors = predictions.posteriors("ensemble", classes: labels.emotions.count)
    reliability = Reliability(posteriors)
    coverage = CoverageReport(CoverageCurve(posteriors))
    audit = BiasAudit(predictions, corpus)
  }

  /// Scores of the ensemble.
  var ensemble: Scores { networks["ensemble"]! }
}
