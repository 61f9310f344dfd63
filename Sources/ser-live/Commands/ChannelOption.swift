import ArgumentParser
import Capture

/// Which channels of a source are processed.
enum ChannelChoice: ExpressibleByArgument, Equatable {
  /// The mean of all.
  case mix
  /// One, counted from 1.
  case only(Int)
  /// All, each by itself.
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

  /// The only channel; nil for all.
  var number: Int? {
    guard case .only(let number) = self else { return nil }
    return number
  }

  /// What a source is to deliver.
  var selection: ChannelSelection {
    switch self {
    case .mix: .mix
    case .only(let number): .only(number)
    case .each: .all
    }
  }
}

/// Which channels are processed, for every command that reads sound.
struct ChannelOption: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "The channel to process, from 1; mix for the mean of all; each for every channel separately.",
      valueName: "n|mix|each"))
  var channel = ChannelChoice.mix

  /// Writes what was found wrong with a recording to the messages, for commands without events.
  static func report(_ warnings: [CaptureWarning], _ path: String) {
    for warning in warnings { Messages.write("ser-live: \(path): \(warning.message)") }
  }
}
