import ArgumentParser
import Models
import Streaming

/// Option of commands that may know the voice before they hear it.
struct ProfileOption: ParsableArguments {
  @Option(help: ArgumentHelp("Voice profile to start from: see `ser-live calibrate`.", valueName: "file"))
  var profile: String?

  /// The profile, if one is named.
  ///
  /// - Parameter recognizer: what will hear the voice, with its options.
  /// - Throws: `CheckpointError` where it cannot be read, `ConfigurationError` where it is of other rows.
  func load(for recognizer: Recognizer) throws -> VoiceProfile? {
    guard let profile else { return nil }
    let voice = try VoiceProfile(SafeTensors(contentsOf: profile), name: profile)
    try recognizer.requireFit(voice, name: profile)
    return voice
  }
}
