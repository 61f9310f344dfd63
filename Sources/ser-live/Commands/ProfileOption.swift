import ArgumentParser
import Models
import Streaming

/// Voice profile, for commands that can use one.
struct ProfileOption: ParsableArguments {
  @Option(help: ArgumentHelp("Voice profile to start from: see `ser-live calibrate`.", valueName: "file"))
  var profile: String?

  /// The profile, if one is named.
  ///
  /// - Parameter recognizer: the recognizer for the voice, with its options applied.
  /// - Throws: a `CheckpointError` where the profile is unreadable, a `ConfigurationError` where its rows differ.
  func load(for recognizer: Recognizer) throws -> VoiceProfile? {
    guard let profile else { return nil }
    let voice = try VoiceProfile(SafeTensors(contentsOf: profile), name: profile)
    try recognizer.requireFit(voice, name: profile)
    return voice
  }
}
