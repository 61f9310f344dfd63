import ArgumentParser
import Capture

extension SampleEncoding: ExpressibleByArgument {}

/// Capture options of every live command.
struct CaptureOptions: ParsableArguments {
  static let defaultDevice = "default"

  @Option(
    help: """
      The capture device: its ALSA name, or a unique part of its description (see `ser-live devices`); - is standard \
      input: WAV or AU with its header, or raw PCM.
      """)
  var device = Self.defaultDevice
  @OptionGroup var selection: ChannelOption
  @Option(help: ArgumentHelp("ALSA period, in ms (default: 10).", valueName: "ms"))
  var period: Int?
  @Option(
    help: ArgumentHelp(
      "ALSA buffer, in ms (default: 200, or four periods if that is more).", valueName: "ms"))
  var buffer: Int?
  @Option(help: "Sample rate of raw PCM, in Hz.") var rate: Int?
  @Option(help: "Encoding of raw PCM (default: s16le).") var encoding: SampleEncoding?
  @Option(
    help: """
      Channels of raw PCM, interleaved (default: 1). For a device, the number that --channel each opens (default: all; \
      two for a sound server).
      """)
  var channels: Int?

  /// The channels to process.
  var channel: ChannelChoice { selection.channel }

  /// Settings that only a device has.
  static let deviceSettings: Set = ["period", "buffer"]
  /// Settings that only raw PCM needs.
  static let rawSettings: Set = ["rate", "encoding", "channels"]

  /// Settings that do not apply to the input of the command line.
  var settingsWithoutUse: Set<String> {
    device == Self.defaultDevice ? [] : isRaw ? Self.deviceSettings : Self.rawSettings
  }

  /// Whether standard input is read instead of a device.
  var isRaw: Bool { device == "-" }

  func validate() throws {
    if isRaw && (period != nil || buffer != nil) {
      throw ValidationError("--period and --buffer are for devices: raw PCM has neither")
    }
    if !isRaw && (rate != nil || encoding != nil || channels != nil && channel != .each) {
      throw ValidationError("--rate, --encoding and --channels describe raw PCM: they need --device -")
    }
    if !isRaw, let channels, !(1...64 ~= channels) {
      throw ValidationError("--channels takes a number between 1 and 64, not \(channels)")
    }
  }

  /// Standard input in the format of its header or of these options; waits for its first bytes. See `watched`.
  func standardInput() throws(CaptureError) -> StandardInputSource {
    let source = try StandardInputSource(
      sampleRate: rate, encoding: encoding, channels: channels, channel: delivered, stop: Interruption.flag)
    if let contradiction = source.contradiction { Messages.write("ser-live: \(contradiction)") }
    return source
  }

  /// The channel watch computes the mix.
  private var delivered: ChannelSelection { channel == .mix ? .all : channel.selection }

  /// The samples of a device or a pipe with these options, with a channel watch.
  func watched<Source: AudioSource & ~Copyable>(_ source: consuming Source) -> WatchedSource<Source> {
    WatchedSource(source, mixes: channel == .mix, isRecording: false)
  }

  /// The libasound name of `device`.
  func deviceName() throws(CaptureError) -> String {
    try Devices.name(for: device, stop: Interruption.flag, waiting: Self.waiting)
  }

  /// Reports a wait.
  static func waiting(_ sentence: String) { Messages.write("ser-live: \(sentence)") }

  /// Opens a device with these options; see `watched`.
  ///
  /// - Parameter name: Result of `deviceName`.
  func microphone(_ name: String) throws(CaptureError) -> Microphone {
    let period = period ?? 10
    let count: ChannelCount = channel == .each ? channels.map { .exactly($0) } ?? .most : .fewest
    return try Microphone(
      device: name, channel: delivered, count: count, period: period, buffer: buffer ?? max(200, 4 * period),
      stop: Interruption.flag, waiting: Self.waiting)
  }
}
