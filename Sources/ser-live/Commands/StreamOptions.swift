import ArgumentParser
import Streaming
import Training

/// How `evaluate --stream` plays long recordings, and which smoother labels settle by.
struct StreamOptions: ParsableArguments {
  @Flag(
    help: """
      Also join the clips of each speaker to a long recording with pauses, and play it through the whole pipeline, as live.
      """)
  var stream = false
  @Option(
    help: ArgumentHelp(
      "For --stream: noise in the pauses and under the speech: white, pink, brown, hum, or recordings.",
      valueName: "name|file|folder"))
  var noise: String?
  @Option(help: ArgumentHelp("Power of the voice over that of --noise (default: 20).", valueName: "dB"))
  var snr: Double?
  @Option(help: "For --stream: a YAML file whose recognizer.smoother takes the place of the model's.") var config:
    String?
  @Option(help: ArgumentHelp("For --stream, as the others below: the smoother's timeConstant.", valueName: "seconds"))
  var timeConstant: Double?
  @Option(help: ArgumentHelp("The smoother's onset.", valueName: "seconds")) var onset: Double?
  @Option(help: ArgumentHelp("The smoother's dwell.", valueName: "seconds")) var dwell: Double?
  @Option(help: ArgumentHelp("The smoother's margin.", valueName: "probability")) var margin: Float?
  @Option(help: ArgumentHelp("The smoother's threshold.", valueName: "probability")) var threshold: Float?
  @Option(help: ArgumentHelp("The smoother's release.", valueName: "probability")) var release: Float?

  func validate() throws {
    let needing: [(String, Bool)] = [
      ("--noise", noise != nil), ("--snr", snr != nil), ("--config", config != nil),
      ("--time-constant", timeConstant != nil), ("--onset", onset != nil), ("--dwell", dwell != nil),
      ("--margin", margin != nil), ("--threshold", threshold != nil), ("--release", release != nil),
    ]
    if !stream, let first = needing.first(where: \.1) {
      throw ValidationError("\(first.0) is for long recordings: add --stream")
    }
    if snr != nil && noise == nil { throw ValidationError("--snr goes with --noise") }
    if let snr, !(-40...80 ~= snr) { throw ValidationError("--snr takes dB between -40 and 80, not \(snr)") }
  }

  /// How the recordings are made.
  func settings(seed: UInt64) -> StreamSettings {
    guard let noise else { return StreamSettings(seed: seed) }
    let kind = Noise(rawValue: noise).flatMap { $0 == .recorded ? nil : $0 } ?? .recorded
    return StreamSettings(seed: seed, noise: kind, recordings: kind == .recorded ? noise : nil, snr: snr ?? 20)
  }

  /// The smoother that was asked for.
  ///
  /// - Throws: where the file cannot be read or has a value out of its range, or an option is out of its range.
  func smoother(of recognizer: Recognizer) throws -> SmootherConfiguration {
    var smoother = try config.map { try ExperimentFile.smoother($0) } ?? recognizer.configuration.smoother
    if let timeConstant { smoother.timeConstant = timeConstant }
    if let onset { smoother.onset = onset }
    if let dwell { smoother.dwell = dwell }
    if let margin { smoother.margin = margin }
    if let threshold { smoother.threshold = threshold }
    if let release { smoother.release = release }
    do {
      try smoother.validate()
    } catch {
      throw ValidationError("\(error)")
    }
    return smoother
  }
}
