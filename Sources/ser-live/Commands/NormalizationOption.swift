import ArgumentParser
import Capture

extension LevelNormalization: ExpressibleByArgument {}

/// Level normalisation, for every command that processes whole recordings.
struct NormalizationOption: ParsableArguments {
  @Option(
    help: """
      Normalise each recording to a peak of -1 dBFS or to a loudness of -23 LUFS (EBU R 128). Only for models that \
      were trained with it; the built-in model does not need it.
      """)
  var normalize: LevelNormalization?

  /// Reports that a recording could not be normalised.
  static func reportNoLevel(_ path: String) {
    Messages.write("ser-live: \(path) is too quiet or too short to be normalised; it is left unchanged")
  }
}
