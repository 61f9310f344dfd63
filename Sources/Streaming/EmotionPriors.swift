import Models
import Support

/// How often emotions are expected where a recognizer listens, compared with the clips that it was trained on.
///
/// By Bayes' rule a posterior is multiplied by the ratio of the two and brought back to the sum 1 (Saerens, Latinne and
/// Decaestecker 2002). RAVDESS has half as many neutral clips as of any other emotion, and whoever listens to everyday
/// speech expects it to be neutral most of the time.
public struct EmotionPriors: Codable, Sendable, Equatable {
  /// How many times as often as in training, by emotion, 0.001…1000; 1 for those that are not named. Emotions that a
  /// recognizer does not know are passed over.
  public var factors: [String: Float]

  /// - Parameter factors: none where all emotions are expected as often as in training.
  public init(_ factors: [String: Float] = [:]) { self.factors = factors }

  public init(from decoder: any Decoder) throws {
    factors = try decoder.singleValueContainer().decode([String: Float].self)
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(factors)
  }

  /// - Throws: a `ConfigurationError` where a factor is out of range.
  public func validate() throws(ConfigurationError) {
    for (emotion, factor) in factors.sorted(by: { $0.key < $1.key }) {
      guard 0.001...1000 ~= factor else {
        throw ConfigurationError(
          key: "priors", message: "that of '\(emotion)' must be between 0.001 and 1000, not \(factor)")
      }
    }
  }

  /// - Parameter emotions: that may be named.
  /// - Throws: a `ConfigurationError` where another one is.
  public func validate(for emotions: [String]) throws(ConfigurationError) {
    for name in factors.keys.sorted() { _ = try emotions.index(ofEmotion: name, key: "priors") }
  }

  /// - Parameter emotions: of a recognizer.
  /// - Returns: their factors; nil where all are alike.
  func weights(of emotions: [String]) -> [Float]? {
    let weights = emotions.map { factors[$0] ?? 1 }
    return weights.allSatisfy { $0 == weights.first } ? nil : weights
  }

  /// - Parameters:
  ///   - posterior: of a network, or of a vote, [emotions]; sums to 1 before and after.
  ///   - weights: [emotions].
  static func adjust(_ posterior: inout [Float], by weights: [Float]) {
    var sum: Float = 0
    for i in weights.indices {
      posterior[i] *= weights[i]
      sum += posterior[i]
    }
    for i in weights.indices { posterior[i] /= sum }
  }
}

extension [String] {
  /// Where an emotion is among those of a model.
  ///
  /// - Parameter key: of the setting that names it.
  /// - Throws: a `ConfigurationError` where it is not there, with the nearest that is.
  func index(ofEmotion name: String, key: String) throws(ConfigurationError) -> Int {
    guard let index = firstIndex(of: name) else {
      throw ConfigurationError(
        key: key,
        message: "the model has no emotion '\(name)', but \(joined(separator: ", "))"
          + suggestion(for: name, among: self))
    }
    return index
  }
}
