import ArgumentParser
import Capture

extension SampleEncoding: ExpressibleByArgument {}

/// Which of a device's channels are heard.
enum ChannelChoice: ExpressibleByArgument, Equatable {
  /// The mean of all.
  case mix
  /// One, counted from 1.
  case only(Int)

  init?(argument: String) {
    if argument == "mix" {
      self = .mix
    } else if let number = Int(argument), number >= 1 {
      self = .only(number)
    } else {
      return nil
    }
  }

  /// nil for all.
  var number: Int? {
    switch self {
    case .mix: nil
    case .only(let number): number
    }
  }
}

/// Options of every command that listens live: to what, and how.
struct CaptureOptions: ParsableArguments {
  static let defaultDevice = "default"

  @Option(
    help: """
      The capture device: its ALSA name, or a part of its description that no other has (see `ser-live devices`); - is \
      standard input, a WAV or AU with its header, or raw PCM.
      """)
  var device = Self.defaultDevice
  @Option(help: ArgumentHelp("The channel to hear, from 1, or mix for the mean of all.", valueName: "n|mix"))
  var channel = ChannelChoice.mix
  @Option(help: ArgumentHelp("Time between two looks at the device (default: 10).", valueName: "ms"))
  var period: Int?
  @Option(
    help: ArgumentHelp(
      "What the device holds before it overflows (default: 200, or four periods where that is more).", valueName: "ms"))
  var buffer: Int?
  @Option(help: "Samples per second of raw PCM, which has no header to say it.") var rate: Int?
  @Option(help: "Encoding of raw PCM (default: s16le).") var encoding: SampleEncoding?
  @Option(help: "Channels of raw PCM, interleaved (default: 1).") var channels: Int?

  /// What only a device has.
  static let deviceSettings: Set = ["period", "buffer"]
  /// What only raw PCM needs.
  static let rawSettings: Set = ["rate", "encoding", "channels"]

  /// Settings that mean nothing to the input that the command line names.
  var settingsWithoutUse: Set<String> {
    device == Self.defaultDevice ? [] : isRaw ? Self.deviceSettings : Self.rawSettings
  }

  /// Whether standard input is read instead of a device.
  var isRaw: Bool { device == "-" }

  func validate() throws {
    if isRaw && (period != nil || buffer != nil) {
      throw ValidationError("--period and --buffer are for devices: raw PCM has neither")
    }
    if !isRaw && (rate != nil || encoding != nil || channels != nil) {
      throw ValidationError("--rate, --encoding and --channels describe raw PCM: they need --device -")
    }
  }

  /// Standard input as its header or these options describe it; waits for its first bytes.
  func standardInput() throws(CaptureError) -> StandardInputSource {
    let source = try StandardInputSource(
      sampleRate: rate, encoding: encoding, channels: channels, channel: channel.number, stop: Interruption.flag)
    if let contradiction = source.contradiction { Messages.write("ser-live: \(contradiction)") }
    return source
  }

  /// What libasound calls `device`.
  func deviceName() throws(CaptureError) -> String {
    try Devices.name(for: device, stop: Interruption.flag, waiting: Self.waiting)
  }

  /// Says what is waited for, while nothing else happens.
  static func waiting(_ sentence: String) { Messages.write("ser-live: \(sentence)") }

  /// Opens a device as these options say.
  ///
  /// - Parameter name: What `deviceName` gives.
  func microphone(_ name: String) throws(CaptureError) -> Microphone {
    let period = period ?? 10
    return try Microphone(
      device: name, channel: channel.number, period: period, buffer: buffer ?? max(200, 4 * period),
      stop: Interruption.flag, waiting: Self.waiting)
  }
}
