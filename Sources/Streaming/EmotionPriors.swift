import Models
import Support

/// Class priors: expected frequencies of the emotions, relative to the training data.
///
/// By Bayes' rule, each posterior is multiplied by its factor and the posteriors are rescaled to the sum 1 (Saerens,
/// Latinne and Decaestecker 2002). RAVDESS has half as many neutral clips as clips of any other emotion, while everyday
/// speech is mostly neutral.
public struct EmotionPriors: Codable, Sendable, Equatable {
  /// Class priors by emotion, relative to training, 0.001…1000; 1 for emotions that are not named. Emotions that the
  /// recognizer does not have are ignored.
  public var factors: [String: Float]

  /// - Parameter factors: empty where all emotions are as frequent as in training.
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

  /// - Parameter emotions: the emotions that may be named.
  /// - Throws: a `ConfigurationError` where another emotion is named.
  public func validate(for emotions: [String]) throws(ConfigurationError) {
    for name in factors.keys.sorted() { _ = try emotions.index(ofEmotion: name, key: "priors") }
  }

  /// - Parameter emotions: of a recognizer.
  /// - Returns: their factors; nil where all are equal.
  func weights(of emotions: [String]) -> [Float]? {
    let weights = emotions.map { factors[$0] ?? 1 }
    return weights.allSatisfy { $0 == weights.first } ? nil : weights
  }

  /// - Parameters:
  ///   - posterior: of a network or an ensemble, [emotions]; sums to 1 before and after.
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
  /// The index of an emotion among those of a model.
  ///
  /// - Parameter key: of the setting that names it.
  /// - Throws: a `ConfigurationError` that suggests the nearest name where the emotion does not exist.
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
