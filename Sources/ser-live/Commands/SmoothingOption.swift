import ArgumentParser
import FoundationEssentials
import Streaming

/// Smoothing of labels, for every command that outputs labels.
struct SmoothingOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "How quickly labels change: off, responsive, balanced or calm, or single settings on top of one, such as "
        + "calm,dwell=3,threshold=0.3 (default: that of the model, balanced for the built-in one). See docs/labels.md.",
      valueName: "preset|setting=value,…"),
    completion: .list(SmootherPreset.allCases.map(\.rawValue)), transform: configuration)
  var smoothing: SmootherConfiguration?

  /// The recognizer with the smoother of the option.
  func applied(to recognizer: Recognizer) -> Recognizer {
    var recognizer = recognizer
    if let smoothing { recognizer.replaceSmoother(smoothing) }
    return recognizer
  }

  private enum Value: Encodable {
    case name(String)
    case number(Double)

    func encode(to encoder: any Encoder) throws {
      var container = encoder.singleValueContainer()
      switch self {
      case .name(let name): try container.encode(name)
      case .number(let number): try container.encode(number)
      }
    }
  }

  /// The smoother for the option's text, in the format of the section `smoother` of a configuration.
  private static func configuration(_ text: String) throws -> SmootherConfiguration {
    var section: [String: Value] = [:]
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let pair = part.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      let key = pair.count == 1 ? "preset" : pair[0]
      guard section[key] == nil else { throw ValidationError("\(key) is there twice") }
      if key == "preset" {
        section[key] = .name(pair.last!)
      } else {
        guard let number = Double(pair[1]), number.isFinite else {
          throw ValidationError("\(key) must be a number, not '\(pair[1])'")
        }
        section[key] = .number(number)
      }
    }
    do {
      let configuration = try JSONDecoder().decode(SmootherConfiguration.self, from: JSONEncoder().encode(section))
      try configuration.validate()
      return configuration
    } catch {
      throw ValidationError(decodingSentence(error, whole: "the setting"))
    }
  }
}
