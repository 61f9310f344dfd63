import Models
import Streaming
import Training

/// What a model makes of recordings with labels, in all figures; `report.json` holds it.
struct EvaluationReport: Encodable {
  /// What thresholds of `uncertain` cost and give.
  struct CoverageReport: Encodable {
    var riskArea: Double
    /// From 0 to 0.95, 0.05 apart.
    var thresholds: [CoverageCurve.Point]

    init(_ curve: CoverageCurve) {
      riskArea = curve.riskArea
      thresholds = (0..<20).map { curve.at(Double($0) / 20) }
    }
  }

  /// What is known of a network.
  struct NetworkDescription: Encodable {
    var target: Target
    /// Numbers that training found.
    var parameters: Int
    /// Its scores are divided by this.
    var temperature: Float
    /// Weight of its vote; nil of one that does not vote.
    var vote: Float?
  }

  /// Of the program.
  var version = SerLive.version
  var command = CommandLineText.current
  /// The model's file; `built-in` is the one that is part of the program.
  var model: String
  var provenance: Provenance
  var architecture: [String: NetworkDescription]
  /// How many times as often as in training emotions were expected; those that are not there once.
  var priors: [String: Float]
  var corpus: String
  var speakers: [String]
  /// Those whom the model knows from its training: their figures flatter.
  var knownSpeakers: [String]
  /// Which clips were played as one session; nil where each was a session of its own.
  var sessions: TestedSessions?
  /// Of the order within sessions of several clips.
  var sessionSeed: UInt64?
  /// By name of the network, and `ensemble` for their vote.
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
  ///   - corpus: that the predictions are about.
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

  /// Of the vote.
  var ensemble: Scores { networks["ensemble"]! }
}
