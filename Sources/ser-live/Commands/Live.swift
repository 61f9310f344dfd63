import ArgumentParser
import Capture
import Streaming

struct Live: SettingsReader {
  static let configuration = CommandConfiguration(
    abstract: "Recognizes emotions in real time, from a microphone or standard input.",
    discussion: """
      --record keeps the sound; `ser-live file` gives the same labels for it. If the recording cannot go on, as on a \
      full disk, recognition continues; the exit code is then 74. With --channel each every channel is recognized \
      separately, and its events and its track of the recording carry its number. See docs/capture.md for more about \
      capture.

      Examples:
        ser-live live
        ser-live live --device hw:1,0 --format jsonl
        ser-live live --output jsonl:events.jsonl --labels angry+fearful+disgust=stressed,calm+neutral=relaxed
        ser-live live --device c920 --channel 1 --record session.flac --stats
        arecord -q -r 16000 -f S16_LE | ser-live live --device -
        ser-live live --device hw:1,0 --channel each --format jsonl
        arecord -q -r 16000 -f S16_LE -t raw | ser-live live --device - --rate 16000
      """)

  @OptionGroup var capture: CaptureOptions
  @OptionGroup var output: OutputOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var profile: ProfileOption
  @OptionGroup var recognition: RecognitionOptions
  @Option(
    help: ArgumentHelp(
      "Also record the sound to this .flac or .wav file; an existing file is replaced.",
      valueName: "file"))
  var record: String?
  @Flag(help: "At the end, print lost samples and latencies to standard error.") var stats = false
  @Option(help: ArgumentHelp("Also print them at this interval.", valueName: "seconds")) var statsEvery: Double?

  var settingsWithoutUse: Set<String> { capture.settingsWithoutUse }

  func validate() throws {
    if let record, !canRecord(to: record) {
      throw ValidationError("--record takes a name that ends in .flac or .wav, not \(record)")
    }
    if let statsEvery, !(0.1...86_400 ~= statsEvery) {
      throw ValidationError("--stats-every takes seconds between 0.1 and 86400, not \(statsEvery)")
    }
  }

  func run() throws {
    if let record { try OutputPlace.tryFile(record, .inPlace) }
    try output.tryPlaces()
    Interruption.install()
    let recognizer = try recognition.applied(to: output.recognizer())
    let voice = try profile.load(for: recognizer)
    if capture.isRaw {
      SessionControls.program.source = "standard input"
      let input = try capture.standardInput()
      if let header = input.header { SessionControls.program.source = "standard input, \(header)" }
      let duration = try record(PausableSource(RateWatch(capture.watched(input)), .program), recognizer, voice)
      if duration == 0 && !Interruption.flag.isStopped {
        throw CaptureError(.noInput, "standard input held no samples: pipe a WAV or raw PCM into it")
      }
    } else {
      let name = try capture.deviceName()
      let microphone = try capture.microphone(name)
      Messages.write("ser-live: listening to \(name), \(microphone.configuration)")
      if !microphone.hasRealTimePriority {
        Messages.write("ser-live: no real-time priority for the capture thread; a busy machine may lose samples")
      }
      if !MemoryLock.lockProcess() {
        Messages.write("ser-live: memory cannot be locked; a machine short of it may lose samples")
      }
      SessionControls.program.source = "\(name), \(microphone.configuration)"
      _ = try record(PausableSource(capture.watched(microphone), .program), recognizer, voice)
    }
  }

  /// Processes a source, and records it if requested.
  ///
  /// - Returns: seconds processed.
  private func record(
    _ source: consuming some AudioSource & ~Copyable, _ recognizer: Recognizer, _ voice: VoiceProfile?
  ) throws -> Double {
    guard let record else { return try listen(to: &source, recognizer, voice) }
    var recording = try RecordingTee(source, path: record)
    let duration = try listen(to: &recording, recognizer, voice)
    try recording.finish()
    return duration
  }

  private func listen(
    to source: inout some AudioSource & ~Copyable, _ recognizer: Recognizer, _ voice: VoiceProfile?
  ) throws -> Double {
    let isEach = capture.channel == .each
    var session = try Session(
      recognizer, profile: voice, inputRate: source.sampleRate, channels: isEach ? source.deliveredChannels : nil,
      every: output.every, alerts: output.alert, statisticsEvery: statsEvery)
    do {
      let epoch = capture.isRaw ? nil : WallClock.now()
      var sink: any EventSink = QueuedSink(
        try output.sink(labels: recognizer.reportedLabels, live: true, epoch: epoch, hasChannels: isEach),
        stop: Interruption.flag)
      do {
        try session.listen(to: &source, pace: .free, sink: &sink)
      } catch {
        // The error that ended the stream takes precedence over later ones.
        try? sink.close()
        throw error
      }
      try sink.close()
    }
    if stats || statsEvery != nil {
      for line in session.report(on: source) { Messages.write("ser-live: \(line)") }
    }
    return session.duration
  }
}
