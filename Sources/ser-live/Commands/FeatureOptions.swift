import ArgumentParser
import Streaming
import Support

/// Options for the contents of a row: the features of a model or a configuration, or a list of features.
struct FeatureOptions: ParsableArguments {
  @Option(help: "The experiment, as YAML, whose front end is used.") var config: String?
  @Option(help: "The model whose front end is used (default: built-in).") var model: String?
  @Option(
    help: ArgumentHelp(
      "The features of a frame, in this order, then derivatives such as delta_mfcc and delta2_mfcc; or all.",
      valueName: "name,name,…"))
  var features: String?
  @Option(help: ArgumentHelp("Length of a frame's window.", valueName: "ms")) var window: Double?
  @Option(help: ArgumentHelp("Time from one frame to the next.", valueName: "ms")) var hop: Double?
  @Option(help: ArgumentHelp("Points of the Fourier transform, at least the window's.", valueName: "points"))
  var fft: Int?

  func validate() throws {
    if config != nil && model != nil {
      throw ValidationError("--config and --model exclude each other")
    }
    _ = try chosenFeatures()
  }

  /// The validated options.
  func listening() throws -> ListeningConfiguration {
    var listening =
      if let config { try ExperimentFile.listening(config) } else {
        ListeningConfiguration(try ModelFile.load(model).configuration)
      }
    if let chosen = try chosenFeatures() {
      listening.frontEnd.features = chosen.features
      listening.frontEnd.deltas = chosen.deltas
      listening.frontEnd.deltaDeltas = chosen.deltaDeltas
    }
    if let window { listening.frontEnd.windowMilliseconds = window }
    if let hop { listening.frontEnd.hopMilliseconds = hop }
    if let fft { listening.frontEnd.fftSize = fft }
    do {
      try listening.validate()
    } catch {
      throw OperationError(.usage, "these options cannot work: \(error)")
    }
    return listening
  }

  private struct Choice {
    var features: [Feature] = []
    var deltas: [Feature] = []
    var deltaDeltas: [Feature] = []
  }

  /// nil where none are named.
  private func chosenFeatures() throws -> Choice? {
    guard let features else { return nil }
    if features == "all" { return Choice(features: Feature.allCases) }
    var choice = Choice()
    for name in features.split(separator: ",", omittingEmptySubsequences: false).map(String.init) {
      let (list, bare): (WritableKeyPath<Choice, [Feature]>, Substring) =
        if name.hasPrefix("delta_") { (\.deltas, name.dropFirst(6)) } else if name.hasPrefix("delta2_") {
          (\.deltaDeltas, name.dropFirst(7))
        } else { (\.features, name[...]) }
      guard let feature = Feature(rawValue: String(bare)) else {
        let valid = Feature.allCases.map(\.rawValue).joined(separator: ", ")
        throw ValidationError(
          "--features: there is no feature '\(name)'; there are \(valid), and their delta_ and delta2_")
      }
      choice[keyPath: list].append(feature)
    }
    return choice
  }
}
