import ArgumentParser
import Capture
import Streaming
import Training

struct Check: SettingsReader {
  static let configuration = CommandConfiguration(
    abstract: "Listens for a few seconds and says whether the microphone is fit for use.",
    discussion: """
      Speak while it listens. It measures level, clipping, noise floor, DC offset, the rate at which samples really \
      come, what was lost and whether speech was heard, and says what to do. The exit code is 69 where the device cannot \
      be used as it is: nothing or only silence comes, the rate is more than 2 % wrong, or more than 1 % of the samples \
      are lost or clipped.

      Examples:
        ser-live check
        ser-live check --device c920 --seconds 10
        arecord -q -r 16000 -f S16_LE | ser-live check --device -
      """)

  @OptionGroup var capture: CaptureOptions
  @Option(help: "Seconds to listen.") var seconds = 3.0
  @Option(help: "How the report is written.") var format = ReportFormat.text
  @Option(help: "The model whose speech gate decides what speech is; the built-in one without it.") var model: String?
  @OptionGroup var settings: SettingsOptions

  /// A sound server may take 2 s to deliver for the first time.
  private static let patience = 3

  var settingsWithoutUse: Set<String> { capture.settingsWithoutUse }

  func validate() throws {
    guard 1...3600 ~= seconds else {
      throw ValidationError("--seconds takes a number between 1 and 3600, not \(seconds)")
    }
  }

  func run() throws {
    let recognizer = try ModelFile.load(model)
    Interruption.install()
    let limit = Int(seconds) + Self.patience
    let report: CheckReport
    if capture.isRaw {
      Interruption.setLimit(seconds: limit)
      var source = try capture.standardInput()
      report = try listen(
        to: &source, (["standard input"] + [source.header].compactMap(\.self)).joined(separator: ", "), recognizer)
    } else {
      let name = try capture.deviceName()
      var source = try capture.microphone(name)
      // A device that does not open has a limit of its own.
      Interruption.setLimit(seconds: limit)
      let priority = source.hasRealTimePriority ? "real-time priority" : "no real-time priority"
      Messages.write("ser-live: listening to \(name) for \(seconds.decimals(1, trimmed: true)) s; please speak")
      report = try listen(to: &source, "\(name), \(source.configuration), \(priority)", recognizer)
    }
    switch format {
    case .text: for line in report.lines { try Output.standard.writeText(line + "\n") }
    case .jsonl: try Output.standard.write(report.json.bytes)
    }
    if !report.isUsable {
      throw CaptureError(
        .deviceUnavailable, "\(capture.isRaw ? "standard input" : capture.device) cannot be used as it is")
    }
  }

  private func listen(
    to source: inout some FrameSource & ~Copyable, _ name: String, _ recognizer: Recognizer
  ) throws -> CheckReport {
    let rate = source.sampleRate
    var signal = SignalAnalysis(sampleRate: rate)
    var meter = RateMeter()
    var rows = SpeechCounter()
    var stream = try UtteranceStream(
      frontEnd: recognizer.configuration.frontEnd, gate: recognizer.configuration.gate,
      preprocessing: recognizer.configuration.preprocessing, inputRate: rate)
    var buffer = [Float](repeating: 0, count: max(1, rate / 100))
    let wanted = Int(seconds * Double(rate))
    let clock = MonotonicClock()
    let start = clock.now()
    // By both measures: raw input may come at another rate than it is said to, and is heard for as long all the same.
    while signal.count < wanted || clock.now() - start < seconds {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { break }
      let samples = buffer.span.extracting(0..<count)
      signal.push(samples)
      stream.push(samples, to: &rows)
      let filled = source.captureStatistics.map { $0.lostSamples + $0.droppedSamples } ?? 0
      meter.note(samples: signal.count - filled, time: clock.now())
    }
    if Interruption.flag.isStopped, !Interruption.liftLimit() { throw Stopped() }
    stream.finish(to: &rows)
    return CheckReport(
      device: name, nominalRate: rate, deliveredRate: meter.rate(nominal: rate), signal: signal,
      speech: Double(rows.speech) * stream.start(ofRow: 1),
      highPass: recognizer.configuration.preprocessing.highPass, capture: source.captureStatistics)
  }
}

/// Counts the rows of speech.
private struct SpeechCounter: UtteranceReceiver {
  private(set) var speech = 0
  /// The same when the last utterance began.
  private var before = 0

  mutating func utteranceBegan(row: Int) { before = speech }
  mutating func utteranceRestarted(row: Int) { speech = before }
  mutating func utterance(row: Int, _ features: Span<Float>) { speech += 1 }
  mutating func utteranceEnded(row: Int) {}
  mutating func heard(row: Int, acoustics: Acoustics, isSpeech: Bool) {}
}
