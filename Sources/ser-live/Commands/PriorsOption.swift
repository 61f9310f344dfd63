import ArgumentParser
import Streaming

/// Option of every command that recognises emotions: how often they are expected.
struct PriorsOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      How many times as often as in training emotions are expected, such as neutral=4,calm=2; others count 1. Everyday \
      speech is mostly neutral (docs/labels.md).
      """, valueName: "emotion=factor,…"))
  var priors: PriorFactors?

  /// The recognizer that expects what the option says.
  func applied(to recognizer: Recognizer) throws -> Recognizer {
    guard let priors else { return recognizer }
    var recognizer = recognizer
    do {
      recognizer.expect(try EmotionPriors(priors.factors, of: recognizer.labels.emotions))
    } catch {
      throw ValidationError("--\(error)")
    }
    return recognizer
  }
}

/// `neutral=4,calm=2`: emotions and how often they are expected.
struct PriorFactors: ExpressibleByArgument {
  let factors: [(emotion: String, factor: Float)]

  init?(argument: String) {
    var factors: [(emotion: String, factor: Float)] = []
    for text in argument.split(separator: ",", omittingEmptySubsequences: false) {
      let sides = text.split(separator: "=", omittingEmptySubsequences: false).map(String.init)
      guard sides.count == 2, let factor = Float(sides[1]), factor.isFinite else { return nil }
      factors.append((sides[0], factor))
    }
    self.factors = factors
  }
}
