import ArgumentParser
import Capture
import Streaming
import Support

struct Check: SettingsReader {
  static let configuration = CommandConfiguration(
    abstract: "Tests for a few seconds whether the microphone is fit for use.",
    discussion: """
      Speak while it listens. It measures level, clipping, noise floor, DC offset, the actual sample rate, lost \
      samples and the amount of speech, and suggests remedies. The exit code is 69 if the device is unusable: it \
      delivers nothing or only silence, the rate is more than 2 % wrong, more than 1 % of the samples are lost or \
      clipped, or the mixed channels cancel each other out. With --channel each there is a report on every channel.

      Examples:
        ser-live check
        ser-live check --device c920 --seconds 10
        arecord -q -r 16000 -f S16_LE | ser-live check --device -
      """)

  @OptionGroup var capture: CaptureOptions
  @Option(help: "Seconds to listen.") var seconds = 3.0
  @Option(help: "Format of the report.") var format = ReportFormat.text
  @Option(help: "The model whose speech gate detects speech (default: built-in).") var model: String?
  @OptionGroup var settings: SettingsOptions

  /// A sound server may take 2 s for its first samples.
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
    let reports: [CheckReport]
    if capture.isRaw {
      Interruption.setLimit(seconds: limit)
      let input = try capture.standardInput()
      let name = (["standard input"] + [input.header].compactMap(\.self)).joined(separator: ", ")
      var source = capture.watched(input)
      reports = try listen(to: &source, name, recognizer)
    } else {
      let name = try capture.deviceName()
      let microphone = try capture.microphone(name)
      // Opening a device has its own time limit.
      Interruption.setLimit(seconds: limit)
      let priority = microphone.hasRealTimePriority ? "real-time priority" : "no real-time priority"
      Messages.write("ser-live: listening to \(name) for \(seconds.decimals(1, trimmed: true)) s; please speak")
      let description = "\(name), \(microphone.configuration), \(priority)"
      var source = capture.watched(microphone)
      reports = try listen(to: &source, description, recognizer)
    }
    for (index, report) in reports.enumerated() {
      switch format {
      case .text:
        if index > 0 { try Output.standard.writeText("\n") }
        for line in report.lines { try Output.standard.writeText(line + "\n") }
      case .jsonl: try Output.standard.write(report.json.bytes)
      }
    }
    guard let bad = reports.first(where: { !$0.isUsable }) else { return }
    let device = capture.isRaw ? "standard input" : capture.device
    throw CaptureError(
      .deviceUnavailable, "\(bad.channel.map { "channel \($0) of " } ?? "")\(device) cannot be used as it is")
  }

  private func listen(
    to source: inout WatchedSource<some AudioSource & ~Copyable>, _ name: String, _ recognizer: Recognizer
  ) throws -> [CheckReport] {
    let rate = source.sampleRate
    var meter = RateMeter()
    let channels = try (0..<source.deliveredChannels).map { _ in
      try CheckedChannel(recognizer.configuration, sampleRate: rate)
    }
    var faults: [CaptureWarning] = []
    var position = 0
    var buffer = [Float](repeating: 0, count: max(1, rate / 100) * channels.count)
    let wanted = Int(seconds * Double(rate))
    let clock = MonotonicClock()
    let start = clock.now()
    // By both measures: raw input may arrive at another rate than stated, and is checked for the same time.
    while position < wanted || clock.now() - start < seconds {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { break }
      position += count / channels.count
      for index in channels.indices {
        channels[index].push(buffer.span.extracting(0..<count), index, of: channels.count)
      }
      faults += source.takeWarnings()
      let filled = source.captureStatistics.map { $0.lostSamples + $0.droppedSamples } ?? 0
      meter.note(samples: position - filled, time: clock.now())
    }
    if Interruption.flag.isStopped, !Interruption.liftLimit() { throw Stopped() }
    source.finish()
    faults += source.takeWarnings()
    let isEach = capture.channel == .each
    return channels.enumerated().map { index, channel in
      CheckReport(
        device: name, nominalRate: rate, deliveredRate: meter.rate(nominal: rate), signal: channel.signal,
        speech: channel.finish(),
        highPass: recognizer.configuration.preprocessing.highPass, capture: source.captureStatistics,
        channel: isEach ? index + 1 : nil,
        channelLevels: source.channelPowers.map { SignalAnalysis.decibels(power: $0) },
        channelsDiffer: source.mixesDifferentChannels,
        faults: faults.filter { !isEach || $0.channel == index + 1 })
    }
  }
}

/// The measurements of one channel.
private final class CheckedChannel {
  private(set) var signal: SignalAnalysis
  private var rows = SpeechCounter()
  private var stream: UtteranceStream

  init(_ configuration: RecognizerConfiguration, sampleRate: Int) throws {
    signal = SignalAnalysis(sampleRate: sampleRate)
    stream = try UtteranceStream(
      frontEnd: configuration.frontEnd, gate: configuration.gate, preprocessing: configuration.preprocessing,
      inputRate: sampleRate)
  }

  /// Extracts the samples of the channel with this index from interleaved frames.
  func push(_ samples: Span<Float>, _ index: Int, of channels: Int) {
    let single = stride(from: index, to: samples.count, by: channels).map { samples[$0] }
    signal.push(single.span)
    stream.push(single.span, to: &rows)
  }

  /// Ends the stream.
  ///
  /// - Returns: seconds of speech.
  func finish() -> Double {
    stream.finish(to: &rows)
    return Double(rows.speech) * stream.start(ofRow: 1)
  }
}

/// Counts the rows of speech.
private struct SpeechCounter: UtteranceReceiver {
  private(set) var speech = 0
  /// The count at the beginning of the last utterance.
  private var before = 0

  mutating func utteranceBegan(row: Int) { before = speech }
  mutating func utteranceRestarted(row: Int) { speech = before }
  mutating func utterance(row: Int, _ features: Span<Float>) { speech += 1 }
  mutating func utteranceEnded(row: Int) {}
  mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {}
}
