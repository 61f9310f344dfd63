import ArgumentParser
import Capture
import Models
import Streaming
import Support

struct Calibrate: SettingsReader {
  static let configuration = CommandConfiguration(
    abstract: "Writes a profile of a voice from a few neutral sentences.",
    discussion: """
      Speak neutrally, as if you read out a timetable. It stops after enough seconds of speech; pauses do not count. \
      With recordings instead of the microphone, all speech in them counts. `live`, `file` and `evaluate` start from \
      the profile (--profile) instead of the voices that the model was trained on.

      A profile holds the mean and the variance of each feature, and no sound; see docs/personal.md.

      Examples:
        ser-live calibrate --output me.profile
        ser-live calibrate --output me.profile --device c920 --seconds 20
        ser-live calibrate --output me.profile first.wav second.wav
        ser-live live --profile me.profile
      """)

  @Argument(help: "Recordings (default: listen to the microphone).") var recordings: [String] = []
  @Option(help: ArgumentHelp("The profile to write.", valueName: "file")) var output: String
  @Option(help: "Seconds of speech to collect.") var seconds = 10.0
  @OptionGroup var capture: CaptureOptions
  @OptionGroup var preprocessing: PreprocessingOptions
  @Option(help: "The model that the profile is for (default: built-in).") var model: String?
  @OptionGroup var settings: SettingsOptions

  /// Recordings need no device.
  var settingsWithoutUse: Set<String> {
    recordings.isEmpty
      ? capture.settingsWithoutUse : CaptureOptions.deviceSettings.union(CaptureOptions.rawSettings).union(["device"])
  }

  func validate() throws {
    guard 1...600 ~= seconds else {
      throw ValidationError("--seconds takes a number between 1 and 600, not \(seconds)")
    }
    if capture.channel == .each {
      throw ValidationError("a profile is of one voice: --channel takes the number of its channel, or mix, not each")
    }
    if !recordings.isEmpty && capture.device != CaptureOptions.defaultDevice {
      throw ValidationError("recordings and --device exclude each other: a profile has one source")
    }
  }

  func run() throws {
    try OutputPlace.tryFile(output)
    let recognizer = preprocessing.applied(to: try ModelFile.load(model))
    Interruption.install()
    var speech = SpeechStatistics(width: recognizer.width)
    if !recordings.isEmpty {
      for path in recordings {
        var source = try NormalizedFileSource(
          path: path, normalization: nil, channel: capture.channel.selection)
        try listen(to: &source, recognizer, &speech, wanted: nil)
        ChannelOption.report(source.takeWarnings(), path)
      }
    } else if capture.isRaw {
      var source = capture.watched(try capture.standardInput())
      try listen(to: &source, recognizer, &speech, wanted: seconds)
    } else {
      let name = try capture.deviceName()
      var source = capture.watched(try capture.microphone(name))
      Messages.write(
        "ser-live: listening to \(name); please speak a few sentences in a neutral voice, "
          + "until \(Self.text(seconds)) s of speech are collected")
      try listen(to: &source, recognizer, &speech, wanted: seconds)
    }
    if Interruption.flag.isStopped { throw Stopped() }
    let found = Double(speech.statistics.weight) / recognizer.configuration.frontEnd.rowRate
    guard found >= seconds else {
      throw OperationError(
        .badData,
        "\(Self.text(found)) s of speech were found, but \(Self.text(seconds)) s are needed: speak longer, or "
          + "lower --seconds")
    }
    let profile = VoiceProfile(speech.statistics, madeWith: recognizer.configuration)
    try profile.file.write(to: output)
    Messages.write("ser-live: wrote \(output), from \(Self.text(found)) s of speech")
  }

  private static func text(_ seconds: Double) -> String { seconds.decimals(1, trimmed: true) }

  /// Processes a source to its end, or until there is enough speech, and reports each second of speech.
  ///
  /// - Parameter wanted: sufficient seconds of speech; nil for all.
  private func listen(
    to source: inout some AudioSource & ~Copyable, _ recognizer: Recognizer, _ speech: inout SpeechStatistics,
    wanted: Double?
  ) throws {
    let rate = source.sampleRate
    let rowRate = recognizer.configuration.frontEnd.rowRate
    var stream = try UtteranceStream(
      frontEnd: recognizer.configuration.frontEnd, gate: recognizer.configuration.gate,
      preprocessing: recognizer.configuration.preprocessing, inputRate: rate)
    var buffer = [Float](repeating: 0, count: max(1, rate / 100))
    var position = 0
    var said = 0
    var patience = Self.patience
    while !Interruption.flag.isStopped {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { break }
      position += count
      for warning in source.takeWarnings() where [.muted, .cancelled].contains(warning.code) {
        Messages.write("ser-live: \(warning.message)")
      }
      stream.push(buffer.span.extracting(0..<count), to: &speech)
      guard let wanted else { continue }
      let found = Double(speech.statistics.weight) / rowRate
      if found >= wanted { return }
      if Int(found) > said {
        said = Int(found)
        Messages.write("\(said) of \(Self.text(wanted)) s")
      }
      if found == 0 && Double(position) / Double(rate) >= patience {
        patience = .infinity
        Messages.write("ser-live: no speech was detected yet; run `ser-live check` to test the microphone")
      }
    }
    stream.finish(to: &speech)
  }

  /// Seconds without speech after which a hint is shown.
  private static let patience = 10.0
}
