import Glibc
import Models
import Streaming

/// A network's results on the validation clips, each a fresh session.
struct Validation: Sendable, Equatable, Codable {
  /// Unweighted average recall, 0…1.
  var uar: Double
  /// 0…1.
  var accuracy: Double
  /// Mean cross-entropy of the predictions for whole utterances, in nats.
  var loss: Double
  /// The temperature with the best calibration.
  var temperature: Float

  /// - Parameters:
  ///   - recognizer: with one network, of temperature 1.
  ///   - clips: by index into the dataset's corpus; those with an unknown label are omitted.
  init(_ recognizer: Recognizer, _ dataset: Dataset, clips: [Int]) {
    let target = recognizer.networks[0].configuration.target
    var evaluator = Evaluator(recognizer, dataset)
    var matrix = ConfusionMatrix(classes: recognizer.labels[target].count)
    var posteriors: [(probabilities: [Float], label: Int)] = []
    for clip in clips {
      guard let actual = dataset.corpus.clips[clip].label(target) else { continue }
      let result = evaluator.recognize(clip)
      switch target {
      case .emotion:
        var predicted: Int?
        if case .emotion(let label) = result.prediction.label { predicted = label }
        matrix.add(actual: actual, predicted: predicted)
        posteriors += result.utterances.map { ($0.probabilities, actual) }
      case .gender:
        matrix.add(actual: actual, predicted: result.gender)
        posteriors += result.utterances.map { ($0.gender, actual) }
      }
    }
    uar = matrix.unweightedAverageRecall
    accuracy = matrix.accuracy
    loss =
      posteriors.reduce(0) { $0 - log(max(Double($1.probabilities[$1.label]), 1e-12)) }
      / Double(max(posteriors.count, 1))
    temperature = Calibration.temperature([posteriors])
  }
}
