import ArgumentParser
import Streaming

/// Recognition options: preprocessing, smoothing and class priors.
struct RecognitionOptions: ParsableArguments {
  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var smoothing: SmoothingOption
  @OptionGroup var priors: PriorsOption

  /// The recognizer with all options applied, in place of the model's own settings.
  func applied(to recognizer: Recognizer) throws -> Recognizer {
    try priors.applied(to: smoothing.applied(to: preprocessing.applied(to: recognizer)))
  }
}
