import ArgumentParser
import Capture

extension SampleEncoding: ExpressibleByArgument {}

/// Options of every command that listens live: to what, and how.
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

  /// Which of them are processed.
  var channel: ChannelChoice { selection.channel }

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
    if !isRaw && (rate != nil || encoding != nil || channels != nil && channel != .each) {
      throw ValidationError("--rate, --encoding and --channels describe raw PCM: they need --device -")
    }
    if !isRaw, let channels, !(1...64 ~= channels) {
      throw ValidationError("--channels takes a number between 1 and 64, not \(channels)")
    }
  }

  /// Standard input as its header or these options describe it; waits for its first bytes. See `watched`.
  func standardInput() throws(CaptureError) -> StandardInputSource {
    let source = try StandardInputSource(
      sampleRate: rate, encoding: encoding, channels: channels, channel: delivered, stop: Interruption.flag)
    if let contradiction = source.contradiction { Messages.write("ser-live: \(contradiction)") }
    return source
  }

  /// The mix is made where it is watched.
  private var delivered: ChannelSelection { channel == .mix ? .all : channel.selection }

  /// A device's or a pipe's samples as these options want them, watched.
  func watched<Source: AudioSource & ~Copyable>(_ source: consuming Source) -> WatchedSource<Source> {
    WatchedSource(source, mixes: channel == .mix, isRecording: false)
  }

  /// What libasound calls `device`.
  func deviceName() throws(CaptureError) -> String {
    try Devices.name(for: device, stop: Interruption.flag, waiting: Self.waiting)
  }

  /// Says what is waited for, while nothing else happens.
  static func waiting(_ sentence: String) { Messages.write("ser-live: \(sentence)") }

  /// Opens a device as these options say; see `watched`.
  ///
  /// - Parameter name: What `deviceName` gives.
  func microphone(_ name: String) throws(CaptureError) -> Microphone {
    let period = period ?? 10
    let count: ChannelCount = channel == .each ? channels.map { .exactly($0) } ?? .most : .fewest
    return try Microphone(
      device: name, channel: delivered, count: count, period: period, buffer: buffer ?? max(200, 4 * period),
      stop: Interruption.flag, waiting: Self.waiting)
  }
}
