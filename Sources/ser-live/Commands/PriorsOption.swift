import ArgumentParser
import Streaming

/// Class priors, for every command that recognises emotions.
struct PriorsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      Class priors: factors on the probabilities of emotions, such as neutral=4,calm=2; all others are 1 (default: \
      those of the model). Everyday speech is mostly neutral (docs/labels.md).
      """, valueName: "emotion=factor,…"))
  var priors: EmotionPriors?

  /// The recognizer with the class priors of the option.
  func applied(to recognizer: Recognizer) throws -> Recognizer {
    guard let priors else { return recognizer }
    do throws(ConfigurationError) {
      try priors.validate()
      try priors.validate(for: recognizer.labels.emotions)
    } catch {
      throw ValidationError("--priors: \(error.message)")
    }
    var recognizer = recognizer
    recognizer.replacePriors(priors)
    return recognizer
  }
}

extension EmotionPriors: ExpressibleByArgument {
  /// `neutral=4,calm=2`: emotions, each once, and their class priors.
  public init?(argument: String) {
    var factors: [String: Float] = [:]
    for text in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, let factor = Float(sides[1]), factor.isFinite,
        factors.updateValue(factor, forKey: sides[0]) == nil
      else { return nil }
    }
    self.init(factors)
  }
}
