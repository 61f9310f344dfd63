import ArgumentParser
import Capture
import Glibc
import Streaming
import Support

struct File: SettingsReader {
  static let configuration = CommandConfiguration(
    abstract: "Recognizes recordings with the same pipeline and gives a label for each.",
    discussion: """
      Reads WAV, FLAC, OGG and all other formats of libsndfile, at any sample rate. Each recording is a separate \
      session. Recordings are processed in parallel and reported in the order of the arguments; those of a folder in \
      the order of their names. A recording or folder that cannot be read is reported and the others are processed; \
      the exit code is then 65. Links are followed, and each folder is read once. In patterns ** stands for folders of \
      any depth. - is a recording on standard input, which is read to its end first. With --channel each every \
      channel, such as a side of a call, is recognized separately, and its events carry its number.

      Examples:
        ser-live file talk.wav
        ser-live file talks --format jsonl | jq -r 'select(.type == "file") | [.path, .label] | @tsv'
        find . -name '*.flac' | ser-live file --list - --format jsonl --events file
        ser-live file talk.wav --realtime
        ser-live file call.wav --channel each
        ffmpeg -i talk.m4a -f wav - | ser-live file -
      """)

  @Argument(help: "Recordings, folders of them, and patterns such as 'talks/**/*.wav'; - is standard input.") var paths:
    [String] = []
  @Option(
    help: ArgumentHelp(
      "Also process the recordings listed in a file, one per line; - is standard input.", valueName: "file"))
  var list: String?
  @Option(help: ArgumentHelp("Recordings to process in parallel (default: one per core).", valueName: "n"))
  var jobs: Int?
  @Flag(help: "Process in real time, at the pace of the recording.") var realtime = false
  @OptionGroup var selection: ChannelOption
  @OptionGroup var output: OutputOptions
  @OptionGroup var settings: SettingsOptions
  @OptionGroup var profile: ProfileOption
  @OptionGroup var recognition: RecognitionOptions
  @OptionGroup var normalization: NormalizationOption

  /// In real time, recordings are processed one after the other.
  var settingsWithoutUse: Set<String> { realtime ? ["jobs"] : [] }

  func validate() throws {
    if paths.isEmpty && list == nil {
      throw ValidationError("name recordings, folders of them, or a list of them with --list")
    }
    if list == StandardInput.path, paths.contains(StandardInput.path) {
      throw ValidationError("standard input is a recording (-) or a list (--list -), not both")
    }
    if let jobs, !(1...1024 ~= jobs) {
      throw ValidationError("--jobs takes a number between 1 and 1024, not \(jobs)")
    }
    if realtime, let jobs, jobs > 1 {
      throw ValidationError("--realtime processes one recording at a time: leave out --jobs \(jobs)")
    }
  }

  func run() throws {
    try output.tryPlaces()
    Interruption.install()
    let recognizer = try recognition.applied(to: output.recognizer())
    let voice = try profile.load(for: recognizer)
    let queue = try RecordingQueue(paths, list: list)
    let jobs = realtime ? 1 : self.jobs ?? max(1, sysconf(Int32(_SC_NPROCESSORS_ONLN)))
    let recordings = OrderedRecordings(
      try output.sink(
        labels: recognizer.reportedLabels, live: realtime, hasChannels: selection.channel == .each),
      window: 8 * jobs, total: queue.total)
    _ = Parallel.map(Array(0..<jobs), jobs: jobs) { _ in
      while !Interruption.flag.isStopped, let turn = recordings.take(from: queue.next) {
        process(turn, recognizer, voice, recordings)
      }
    }
    if let failure = queue.failure { recordings.fail(failure) }
    if let sentence = queue.passedOver.sentence { try recordings.note("ser-live: \(sentence)") }
    let outcome = Result { try recordings.conclude() }
    do throws(SinkError) {
      try recordings.close()
    } catch {
      // The write error is reported below.
      if case .failure(let first) = outcome, first is SinkError { throw first }
      throw error
    }
    try outcome.get()
  }

  /// Processes a recording and reports its events and faults.
  private func process(
    _ turn: OrderedRecordings.Turn, _ recognizer: Recognizer, _ voice: VoiceProfile?, _ recordings: OrderedRecordings
  ) {
    var bad: CaptureError?
    do {
      let path = try turn.path.get()
      var sink: any EventSink = OrderedSink(recordings: recordings, index: turn.index)
      try process(path, recognizer, voice, &sink)
    } catch let error as CaptureError {
      bad = error
    } catch {
      recordings.fail(error)
    }
    recordings.end(turn.index, bad)
  }

  private func process(
    _ path: String, _ recognizer: Recognizer, _ voice: VoiceProfile?, _ sink: inout any EventSink
  ) throws {
    let channel = selection.channel
    var source = try StandardInput.recording(
      path, normalization: normalization.normalize, channel: channel.selection)
    if normalization.normalize != nil && source.gain == nil { NormalizationOption.reportNoLevel(path) }
    SessionControls.program.source = path.lastPathComponent
    var session = try Session(
      recognizer, profile: voice, inputRate: source.sampleRate,
      channels: channel == .each ? source.deliveredChannels : nil, every: output.every, alerts: output.alert)
    sink.begin(path)
    var damage: CaptureError?
    do {
      try session.listen(to: &source, pace: realtime ? .realTime : .free, sink: &sink)
    } catch let error as CaptureError {
      damage = error
    }
    if !Interruption.flag.isStopped {
      if session.speech == 0, source.mixesDifferentChannels {
        let message =
          "no speech was found in the mix of the \(source.channels) channels, which differ: if there is some in one of "
          + "them, use --channel each, or its number"
        try sink.receive(.warning(code: "mixed", time: 0, message: message))
      }
      for prediction in session.predictions(path: path) { try sink.receive(prediction) }
    }
    if let damage { throw damage }
  }
}
