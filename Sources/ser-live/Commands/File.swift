import ArgumentParser
import Capture
import Streaming

struct File: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Hears recordings through the same pipeline and gives a verdict for each.",
    discussion: """
      WAV, FLAC, OGG and what else libsndfile reads, at any rate. Each recording is a session of its own. A bad one is \
      reported and the others are heard; the exit code is then that of the last bad one.

      Examples:
        ser-live file talk.wav
        ser-live file *.flac --format jsonl | jq -r 'select(.type == "file") | [.path, .label] | @tsv'
        ser-live file talk.wav --realtime
      """)

  @Argument(help: "Recordings.") var paths: [String]
  @Flag(help: "Play at the recording's own pace.") var realtime = false
  @OptionGroup var output: OutputOptions
  @OptionGroup var profile: ProfileOption
  @OptionGroup var preprocessing: PreprocessingOptions
  @OptionGroup var smoothing: SmoothingOption
  @OptionGroup var normalization: NormalizationOption

  func run() throws {
    Interruption.install()
    let recognizer = smoothing.applied(to: preprocessing.applied(to: try output.recognizer()))
    let voice = try profile.load(for: recognizer)
    var sink = try output.sink(labels: recognizer.reportedLabels, live: realtime)
    defer { sink.close() }
    var bad: CaptureError?
    for path in paths where !Interruption.flag.isStopped {
      do {
        try hear(path, recognizer, voice, &sink)
      } catch let error as CaptureError {
        // The newest one is thrown below, and so is said there.
        if let bad { Messages.write("ser-live: \(bad)") }
        bad = error
      }
    }
    if let bad { throw bad }
  }

  private func hear(
    _ path: String, _ recognizer: Recognizer, _ voice: VoiceProfile?, _ sink: inout any LabelSink
  ) throws {
    var source = try NormalizedRecording(path: path, normalization: normalization.normalize)
    if normalization.normalize != nil && source.gain == nil { NormalizationOption.reportNoLevel(path) }
    SessionControls.program.source = path.lastPathComponent
    var session = try Session(recognizer, profile: voice, inputRate: source.sampleRate, every: output.every)
    sink.begin(path)
    var damage: CaptureError?
    do {
      try session.listen(to: &source, pace: realtime ? .realTime : .free, sink: &sink)
    } catch let error as CaptureError {
      damage = error
    }
    if !Interruption.flag.isStopped { try sink.receive(.file(session.verdict(path: path))) }
    if let damage { throw damage }
  }
}
