import ArgumentParser
import Streaming

extension SmootherPreset: ExpressibleByArgument {}

/// Options of every command that gives labels: how they settle.
struct SmoothingOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How readily labels change (docs/labels.md), in place of what came with the model: balanced in the built-in one.",
      valueName: SmootherPreset.allCases.map(\.rawValue).joined(separator: "|")))
  var smoothing: SmootherPreset?

  /// The recognizer with labels that settle as the option says.
  func applied(to recognizer: Recognizer) -> Recognizer {
    var recognizer = recognizer
    if let smoothing { recognizer.replaceSmoother(smoothing.configuration) }
    return recognizer
  }
}
