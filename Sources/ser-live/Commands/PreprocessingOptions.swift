import ArgumentParser
import Streaming

/// Preprocessing options of every command that runs a model.
struct PreprocessingOptions: ParsableArguments {
  @Flag(
    inversion: .prefixedNo,
    help: "Switch the reduction of steady noise on or off (default: as in training).")
  var denoise: Bool?
  @Flag(
    inversion: .prefixedNo,
    help: "Switch automatic gain on or off (default: as in training).")
  var automaticGain: Bool?

  /// The configuration with the options applied.
  func applied(to configuration: PreprocessingConfiguration) -> PreprocessingConfiguration {
    var configuration = configuration
    if let denoise { configuration.denoise = denoise }
    if let automaticGain { configuration.automaticGain = automaticGain }
    return configuration
  }

  /// The recognizer with the options applied.
  func applied(to recognizer: Recognizer) -> Recognizer {
    var recognizer = recognizer
    recognizer.replacePreprocessing(applied(to: recognizer.configuration.preprocessing))
    return recognizer
  }
}
