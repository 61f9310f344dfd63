/// The prediction for a whole recording, from its utterances.
public struct RecordingPrediction: Sendable, Equatable {
  /// Seconds of speech.
  public private(set) var speech = 0.0
  private var sums: [Double]

  /// - Parameter labels: number of emotions.
  public init(labels: Int) {
    sums = Array(repeating: 0, count: labels)
  }

  /// Adds an utterance, weighted by its length.
  public mutating func add(_ utterance: Utterance) {
    let length = utterance.end - utterance.start
    speech += length
    for i in sums.indices { sums[i] += length * Double(utterance.probabilities[i]) }
  }

  /// Mean posterior of the utterances, weighted by their lengths; all zero where there was no speech.
  public var probabilities: [Float] { sums.map { speech > 0 ? Float($0 / speech) : 0 } }

  /// The most probable emotion; `silence` where there was no speech.
  public var label: Label {
    guard speech > 0 else { return .silence }
    return .emotion(sums.indices.max { sums[$0] < sums[$1] }!)
  }

  /// Probability of the label; 1 for `silence`.
  public var confidence: Float {
    guard case .emotion(let index) = label else { return 1 }
    return probabilities[index]
  }
}
