import ArgumentParser
import Capture
import Streaming

extension SampleEncoding: ExpressibleByArgument {}

struct Live: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Listens to a microphone, or to raw PCM on standard input, and says what it hears at once.",
    discussion: """
      Examples:
        ser-live live
        ser-live live --device hw:1,0 --format jsonl
        arecord -q -r 16000 -f S16_LE -t raw | ser-live live --device - --rate 16000 --encoding s16le
      """)

  @Option(help: "The capture device as `ser-live devices` names it; - is raw PCM on standard input.")
  var device = "default"
  @Option(help: "Samples per second of raw PCM.") var rate: Int?
  @Option(help: "Encoding of raw PCM: s16le, s24le, s32le or f32le.") var encoding: SampleEncoding?
  @Option(help: "Channels of raw PCM, interleaved; they are mixed.") var channels: Int?
  @OptionGroup var output: OutputOptions

  private var isRaw: Bool { device == "-" }

  func validate() throws {
    if isRaw && rate == nil {
      throw ValidationError("raw PCM does not tell its rate: give --rate, such as --rate 16000")
    }
    if !isRaw && (rate != nil || encoding != nil || channels != nil) {
      throw ValidationError("--rate, --encoding and --channels describe raw PCM: they need --device -")
    }
  }

  func run() throws {
    Interruption.install()
    let recognizer = try ModelFile.load(output.model)
    if isRaw {
      var source = try StandardInputSource(
        sampleRate: rate ?? 0, encoding: encoding ?? .s16le, channels: channels ?? 1, stop: Interruption.flag)
      let heard = try listen(to: &source, recognizer)
      if heard.duration == 0 && !Interruption.flag.isStopped {
        throw CaptureError(.noInput, "standard input held no samples: pipe raw PCM into it")
      }
    } else {
      var source = try Microphone(device: device, stop: Interruption.flag)
      Messages.write("ser-live: listening to \(device), \(source.configuration)")
      if !source.hasRealTimePriority {
        Messages.write("ser-live: no real-time priority for the capture thread; a busy machine may lose samples")
      }
      if !MemoryLock.lockProcess() {
        Messages.write("ser-live: memory cannot be locked; a machine short of it may lose samples")
      }
      _ = try listen(to: &source, recognizer)
    }
  }

  private func listen(to source: inout some FrameSource & ~Copyable, _ recognizer: Recognizer) throws -> FileVerdict {
    var sink = output.format.sink(labels: recognizer.labels, live: true)
    defer { sink.close() }
    var session = try Session(recognizer, inputRate: source.sampleRate, every: output.every)
    try session.listen(to: &source, pace: .free, sink: &sink)
    return session.verdict(path: "-")
  }
}
