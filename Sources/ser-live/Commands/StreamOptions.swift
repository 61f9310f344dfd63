import ArgumentParser
import Streaming
import Training

/// Long recordings of `evaluate --stream`.
struct StreamOptions: ParsableArguments {
  @Flag(
    help: """
      Also test long recordings: the clips of each speaker, joined with pauses, run through the whole pipeline, as \
      live.
      """)
  var stream = false
  @Option(
    help: ArgumentHelp(
      "For --stream: noise throughout the recording: white, pink, brown, hum, or recordings.",
      valueName: "name|file|folder"))
  var noise: String?
  @Option(help: ArgumentHelp("Signal-to-noise ratio with --noise (default: 20).", valueName: "dB"))
  var snr: Double?

  func validate() throws {
    if !stream, let option = noise != nil ? "--noise" : snr != nil ? "--snr" : nil { throw Self.needed(by: option) }
    if snr != nil && noise == nil { throw ValidationError("--snr goes with --noise") }
    if let snr, !(-40...80 ~= snr) { throw ValidationError("--snr takes dB between -40 and 80, not \(snr)") }
  }

  /// The settings of the recordings.
  func settings(seed: UInt64) -> StreamSettings {
    guard let noise else { return StreamSettings(seed: seed) }
    let kind = Noise(rawValue: noise).flatMap { $0 == .recorded ? nil : $0 } ?? .recorded
    return StreamSettings(seed: seed, noise: kind, recordings: kind == .recorded ? noise : nil, snr: snr ?? 20)
  }

  /// The error for an option that needs `--stream`.
  static func needed(by option: String) -> ValidationError {
    ValidationError("\(option) is for long recordings: add --stream")
  }
}
