import ArgumentParser
import Streaming

/// Options of every command that hears recordings or a microphone with a model: what is heard, how labels settle, and what is expected.
struct RecognitionOptions: ParsableArguments {
  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var smoothing: SmoothingOption
  @OptionGroup var priors: PriorsOption

  /// The recognizer with all that the options say in place of what came with the model.
  func applied(to recognizer: Recognizer) throws -> Recognizer {
    try priors.applied(to: smoothing.applied(to: preprocessing.applied(to: recognizer)))
  }
}
