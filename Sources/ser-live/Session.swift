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
  /// Samples pushed.
  private var position = 0
  private var statistics = StreamStatistics()
  /// Seconds between two reports of the statistics; nil for none before the end.
  private let statisticsEvery: Double?
  private var nextStatistics: Double

  init(_ recognizer: Recognizer, inputRate: Int, every: Double?, statisticsEvery: Double? = nil) throws {
    pipeline = try Pipeline(recognizer, inputRate: inputRate)
    self.inputRate = inputRate
    self.every = every
    nextFrame = every ?? 0
    self.statisticsEvery = statisticsEvery
    nextStatistics = statisticsEvery ?? 0
    verdict = RecordingVerdict(labels: recognizer.labels.emotions.count)
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
    try pipeline.finish { event in try Self.write(event, latency: nil, to: &sink, verdict: &verdict) }
    if let failure { throw failure }
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
    let start = MonotonicClock().now()
    while !Interruption.flag.isStopped {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span)
      if count == 0 { return }
      try sink.check()
      for warning in source.takeWarnings() {
        try sink.receive(
          .warning(
            code: warning.code.rawValue, time: Double(warning.sample) / Double(inputRate), message: warning.message))
      }
      if pace == .realTime { Self.sleep(until: start + Double(position + count) / Double(inputRate)) }
      position += count
      let rate = Double(inputRate)
      let newestRow = pipeline.time
      try pipeline.push(buffer.span.extracting(0..<count)) { event in
        var latency: Double?
        if case .label(let change) = event {
          latency = Self.age(ofSample: Int(change.time * rate), in: source)
          if let latency { statistics.labels.record(latency) }
        }
        try Self.write(event, latency: latency, to: &sink, verdict: &verdict)
      }
      if pipeline.time > newestRow, let age = Self.age(ofSample: Int(pipeline.time * rate), in: source) {
        statistics.rows.record(age)
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

  /// Frames at their cadence, and a display at its own.
  private mutating func report(to sink: inout any LabelSink) throws(SinkError) {
    // A microsecond: times are sums of binary fractions.
    if let every, pipeline.time + 1e-6 >= nextFrame {
      try sink.receive(.frame(pipeline.snapshot))
      nextFrame = every * (((pipeline.time + 1e-6) / every).rounded(.down) + 1)
    }
    if let interval = sink.refreshInterval, pipeline.time >= nextRefresh {
      try sink.refresh(pipeline.snapshot)
      nextRefresh = pipeline.time + interval
    }
  }

  private static func sleep(until time: Double) {
    let clock = MonotonicClock()
    let wait = time - clock.now()
    // A signal cuts the wait short; the flag is looked at next.
    if wait > 0 { clock.sleep(seconds: wait) }
  }
}
