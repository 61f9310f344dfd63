import Models

/// How often emotions are expected where a recognizer listens, compared with its training, which hears all alike.
///
/// By Bayes' rule a posterior is multiplied by the ratio of the two and brought back to the sum 1 (Saerens, Latinne and
/// Decaestecker 2002). Whoever listens to everyday speech expects it to be neutral most of the time.
public struct EmotionPriors: Sendable, Equatable {
  /// How many times as often as in training, [emotions].
  private let weights: [Float]
  private let areEven: Bool

  /// All emotions as often as in training.
  public init(_ emotions: [String]) {
    weights = emotions.map { _ in 1 }
    areEven = true
  }

  /// - Parameters:
  ///   - factors: emotions and how many times as often as the others they are expected, 0.001…1000; 1 for those that are
  ///     not named.
  ///   - emotions: of the model.
  /// - Throws: a `ConfigurationError` where an emotion is none of the model's or named twice, or a factor is out of range.
  public init(_ factors: [(emotion: String, factor: Float)], of emotions: [String]) throws(ConfigurationError) {
    var weights = emotions.map { _ in 1 as Float }
    var named: Set<String> = []
    for (emotion, factor) in factors {
      let index = try emotions.index(ofEmotion: emotion, key: "priors")
      guard named.insert(emotion).inserted else {
        throw ConfigurationError(key: "priors", message: "'\(emotion)' is named twice")
      }
      guard 0.001...1000 ~= factor else {
        throw ConfigurationError(
          key: "priors", message: "that of '\(emotion)' must be between 0.001 and 1000, not \(factor)")
      }
      weights[index] = factor
    }
    self.weights = weights
    areEven = weights.allSatisfy { $0 == 1 }
  }

  /// - Parameter posterior: of a network, or of a vote, [emotions]; sums to 1 before and after.
  func adjust(_ posterior: inout [Float]) {
    guard !areEven else { return }
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
        message: "the model knows no emotion '\(name)', but \(joined(separator: ", "))"
          + suggestion(for: name, among: self))
    }
    return index
  }
}
