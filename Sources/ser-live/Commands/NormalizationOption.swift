import ArgumentParser
import Capture

extension LevelNormalization: ExpressibleByArgument {}

/// How loud recordings are made, for every command that hears whole ones.
struct NormalizationOption: ParsableArguments {
  @Option(
    help: """
      Bring each recording to one peak (-1 dBFS) or to one loudness (-23 LUFS, EBU R 128). For models that were \
      trained so: the built-in one does not need it.
      """)
  var normalize: LevelNormalization?

  /// Says that a recording could not be normalised.
  static func reportNoLevel(_ path: String) {
    Messages.write("ser-live: \(path) is too quiet or too short to have a level; it is left as it is")
  }
}
