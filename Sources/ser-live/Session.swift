import Capture
import Streaming

/// One stream on its way from a source through the pipeline to a sink.
struct Session: ~Copyable {
  private var pipeline: Pipeline
  private let inputRate: Int
  /// Seconds between two `frame` events; nil for none.
  private let every: Double?
  private var nextFrame: Double
  private var nextRefresh = 0.0
  private var verdict: RecordingVerdict
  private var alerts: AlertMonitor
  /// The present label.
  private var label = Verdict.silence
  /// Samples pushed.
  private var position = 0
  /// When the pipeline began anew, in seconds of the stream.
  private var origin = 0.0
  private let controls: SessionControls
  private var statistics = StreamStatistics()
  /// Seconds between two reports of the statistics; nil for none before the end.
  private let statisticsEvery: Double?
  private var nextStatistics: Double

  init(
    _ recognizer: Recognizer, profile: VoiceProfile? = nil, inputRate: Int, every: Double?, alerts: [AlertRule] = [],
    statisticsEvery: Double? = nil, controls: SessionControls = .program
  ) throws {
    self.controls = controls
    let monitor = try AlertMonitor(alerts, labels: recognizer.reportedLabels)
    pipeline = try Pipeline(recognizer, profile: profile, inputRate: inputRate)
    self.alerts = monitor
    self.inputRate = inputRate
    self.every = every
    nextFrame = every ?? 0
    self.statisticsEvery = statisticsEvery
    nextStatistics = statisticsEvery ?? 0
    verdict = RecordingVerdict(labels: recognizer.reportedLabels.emotions.count)
  }

  /// How fast a source is listened to.
  enum Pace {
    /// As fast as the source delivers.
    case free
    /// A recording at its own pace.
    case realTime
  }

  /// Listens until the source ends or a stop is asked for, then ends the utterance.
  ///
  /// - Throws: what the source throws, after everything that was heard before has been written.
  mutating func listen(
    to source: inout some FrameSource & ~Copyable, pace: Pace, sink: inout any LabelSink
  ) throws {
    var failure: (any Error)?
    do {
      try pass(&source, pace: pace, sink: &sink)
    } catch let error as CaptureError {
      failure = error
    }
    try finish(&sink)
    // A sink that fails while nothing is heard asks to stop.
    try sink.check()
    if let failure { throw failure }
  }

  /// Ends the utterance.
  private mutating func finish(_ sink: inout any LabelSink) throws(SinkError) {
    let origin = origin
    try pipeline.finish { event throws(SinkError) in
      try Self.write(event.later(by: origin), latency: nil, to: &sink, verdict: &verdict)
    }
  }

  /// Forgets the voice and everything else that was heard; the stream's time goes on.
  private mutating func startAnew(_ sink: inout any LabelSink) throws(SinkError) {
    try finish(&sink)
    pipeline.reset()
    label = .silence
    origin = Double(position) / Double(inputRate)
  }

  /// End of the newest row, in seconds of the stream.
  private var time: Double { origin + pipeline.time }

  private var snapshot: Snapshot {
    var snapshot = pipeline.snapshot
    snapshot.time += origin
    return snapshot
  }

  /// The verdict on everything heard.
  func verdict(path: String) -> FileVerdict {
    FileVerdict(
      path: path, duration: Double(position) / Double(inputRate), speech: verdict.speech, label: verdict.label,
      confidence: verdict.confidence, probabilities: verdict.probabilities)
  }

  /// What there is to say about the stream so far, in lines for people.
  func report(on source: borrowing some FrameSource & ~Copyable) -> [String] {
    statistics.lines(
      time: Double(position) / Double(inputRate), capture: source.captureStatistics, sampleRate: inputRate)
  }

  private mutating func pass(
    _ source: inout some FrameSource & ~Copyable, pace: Pace, sink: inout any LabelSink
  ) throws {
    // A hundredth of a second: short enough for labels to come at once, long enough to cost nothing.
    var buffer = [Float](repeating: 0, count: max(1, inputRate / 100))
    var start = MonotonicClock().now()
    while !Interruption.flag.isStopped {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { return }
      try sink.check()
      if Reopening.isAsked() { try sink.reopen() }
      for warning in source.takeWarnings() {
        try sink.receive(
          .warning(
            code: warning.code.rawValue, time: Double(warning.sample) / Double(inputRate), message: warning.message))
      }
      if pace == .realTime {
        start += pausedTime()
        Self.sleep(until: start + Double(position + count) / Double(inputRate))
      }
      if controls.takeReset() { try startAnew(&sink) }
      position += count
      let rate = Double(inputRate)
      let newestRow = pipeline.time
      let origin = origin
      try pipeline.push(buffer.span.extracting(0..<count)) { event in
        let event = event.later(by: origin)
        var latency: Double?
        if case .label(let change) = event {
          label = change.label
          latency = Self.age(ofSample: Int(change.time * rate), in: source)
          if let latency { statistics.labels.record(latency) }
        }
        try Self.write(event, latency: latency, to: &sink, verdict: &verdict)
      }
      if pipeline.time > newestRow {
        let age = Self.age(ofSample: Int(time * rate), in: source)
        if let age { statistics.rows.record(age) }
        controls.latency = age
        for alert in alerts.step(time: time, label: label) { try sink.receive(.alert(alert)) }
      }
      try report(to: &sink)
      if let statisticsEvery, Double(position) / rate >= nextStatistics {
        nextStatistics += statisticsEvery
        for line in report(on: source) { try sink.note("ser-live: \(line)") }
      }
    }
  }

  /// Seconds since a sample was captured. Sound servers only guess the delay that the capture time comes from; what was
  /// heard already is not taken for the future.
  private static func age(ofSample sample: Int, in source: borrowing some FrameSource & ~Copyable) -> Double? {
    source.captureTime(ofSample: sample).map { max(0, MonotonicClock().now() - $0) }
  }

  private static func write(
    _ event: PipelineEvent, latency: Double?, to sink: inout any LabelSink, verdict: inout RecordingVerdict
  ) throws(SinkError) {
    switch event {
    case .label(let change): try sink.receive(.label(change, latency: latency))
    case .utterance(let utterance):
      verdict.add(utterance)
      try sink.receive(.utterance(utterance))
    }
  }

  /// Frames at their cadence, and a view at its own.
  private mutating func report(to sink: inout any LabelSink) throws(SinkError) {
    // A microsecond: times are sums of binary fractions.
    if let every, time + 1e-6 >= nextFrame {
      try sink.receive(.frame(snapshot))
      nextFrame = every * (((time + 1e-6) / every).rounded(.down) + 1)
    }
    if let interval = sink.refreshInterval, time >= nextRefresh {
      try sink.refresh(snapshot)
      nextRefresh = time + interval
    }
  }

  /// Waits while a recording is paused.
  ///
  /// - Returns: for how many seconds.
  private func pausedTime() -> Double {
    let clock = MonotonicClock()
    let start = clock.now()
    while controls.isPaused && !Interruption.flag.isStopped { clock.sleep(seconds: 0.02) }
    return clock.now() - start
  }

  private static func sleep(until time: Double) {
    let clock = MonotonicClock()
    let wait = time - clock.now()
    // A signal cuts the wait short; the flag is looked at next.
    if wait > 0 { clock.sleep(seconds: wait) }
  }
}

extension PipelineEvent {
  /// The event of a pipeline that began so many seconds after the stream.
  fileprivate func later(by seconds: Double) -> PipelineEvent {
    switch self {
    case .label(var change):
      change.time += seconds
      return .label(change)
    case .utterance(var utterance):
      utterance.start += seconds
      utterance.end += seconds
      return .utterance(utterance)
    }
  }
}
