import ArgumentParser
import Capture
import Models
import Streaming
import Training

struct Calibrate: SettingsReader {
  static let configuration = CommandConfiguration(
    abstract: "Gets to know a voice from a few neutral sentences and writes a profile of it.",
    discussion: """
      Speak as you would read out a timetable. It counts the seconds of speech, pauses left out, and stops when there are \
      enough. With recordings in place of the microphone all speech in them counts. `live`, `file` and `evaluate` begin \
      with what the profile says (--profile) in place of the voices that the model was trained on.

      A profile holds the mean and the variance of each column of the rows, no sound; docs/personal.md says more.

      Examples:
        ser-live calibrate --output me.profile
        ser-live calibrate --output me.profile --device c920 --seconds 20
        ser-live calibrate --output me.profile first.wav second.wav
        ser-live live --profile me.profile
      """)

  @Argument(help: "Recordings; without them it listens.") var recordings: [String] = []
  @Option(help: ArgumentHelp("The profile to write.", valueName: "file")) var output: String
  @Option(help: "Seconds of speech that are needed.") var seconds = 10.0
  @OptionGroup var capture: CaptureOptions
  @OptionGroup var preprocessing: PreprocessingOptions
  @Option(help: "The model that the profile is for; the built-in one without it.") var model: String?
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
      throw ValidationError("a profile is made of recordings or of what --device hears, not of both")
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
        "ser-live: listening to \(name); please speak a few sentences in your neutral voice, "
          + "until \(Self.text(seconds)) s of speech were heard")
      try listen(to: &source, recognizer, &speech, wanted: seconds)
    }
    if Interruption.flag.isStopped { throw Stopped() }
    let found = Double(speech.statistics.weight) / recognizer.configuration.frontEnd.rowRate
    guard found >= seconds else {
      throw TrainingError(
        .badData,
        "\(Self.text(found)) s of speech were heard, but \(Self.text(seconds)) s are needed: speak longer, or ask "
          + "for less with --seconds")
    }
    let profile = VoiceProfile(speech.statistics, madeWith: recognizer.configuration)
    try profile.file.write(to: output)
    Messages.write("ser-live: wrote \(output), from \(Self.text(found)) s of speech")
  }

  private static func text(_ seconds: Double) -> String { seconds.decimals(1, trimmed: true) }

  /// Hears a source to its end, or until there is enough speech, and says each second of speech that was heard.
  ///
  /// - Parameter wanted: seconds of speech that are enough; nil for all there is.
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
        Messages.write("ser-live: no speech was heard yet; `ser-live check` says whether the microphone is fit for use")
      }
    }
    stream.finish(to: &speech)
  }

  /// Seconds without any speech after which a person may wonder.
  private static let patience = 10.0
}
