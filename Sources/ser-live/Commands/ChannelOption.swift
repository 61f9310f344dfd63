import ArgumentParser
import Capture

/// The channels of a source to process.
enum ChannelChoice: ExpressibleByArgument, Equatable {
  /// The mean of all channels.
  case mix
  /// A single channel, counted from 1.
  case only(Int)
  /// All channels, separately.
  case each

  init?(argument: String) {
    switch argument {
    case "mix": self = .mix
    case "each": self = .each
    default:
      guard let number = Int(argument), number >= 1 else { return nil }
      self = .only(number)
    }
  }

  /// The number of a single channel; nil for all.
  var number: Int? {
    guard case .only(let number) = self else { return nil }
    return number
  }

  /// The channels for the source to deliver.
  var selection: ChannelSelection {
    switch self {
    case .mix: .mix
    case .only(let number): .only(number)
    case .each: .all
    }
  }
}

/// The channels to process, for every command that reads audio.
struct ChannelOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The channel to process, from 1; mix for the mean of all; each for every channel separately.",
      valueName: "n|mix|each"))
  var channel = ChannelChoice.mix

  /// Writes warnings about a recording to standard error, for commands without events.
  static func report(_ warnings: [CaptureWarning], _ path: String) {
    for warning in warnings { Messages.write("ser-live: \(path): \(warning.message)") }
  }
}
