import Capture
import Streaming

/// One mono stream on its way through a pipeline of its own to a sink: all there is, or one of several channels.
///
/// A class, as several pipelines must lie in an array; only its session has it.
final class ChannelStream {
  private var pipeline: Pipeline
  private let inputRate: Int
  /// What its events call it, from 1; nil where channels are not told apart.
  private let channel: Int?
  /// Seconds between two `frame` events; nil for none.
  private let every: Double?
  private var nextFrame: Double
  private var summary: RecordingPrediction
  private var alerts: AlertMonitor
  /// The present label.
  private var label = Label.silence
  /// When the pipeline began anew, in seconds of the stream.
  private var origin = 0.0

  /// - Parameters:
  ///   - channel: what its events call it; nil where they name none.
  ///   - every: seconds between two `frame` events; nil for none.
  /// - Throws: what `Pipeline` and `AlertMonitor` throw.
  init(
    _ recognizer: Recognizer, profile: VoiceProfile?, inputRate: Int, channel: Int?, every: Double?, alerts: [AlertRule]
  ) throws {
    let monitor = try AlertMonitor(alerts, labels: recognizer.reportedLabels)
    pipeline = try Pipeline(recognizer, profile: profile, inputRate: inputRate)
    self.alerts = monitor
    self.inputRate = inputRate
    self.channel = channel
    self.every = every
    nextFrame = every ?? 0
    summary = RecordingPrediction(labels: recognizer.reportedLabels.emotions.count)
  }

  /// End of the newest row, in seconds of the stream.
  var time: Double { origin + pipeline.time }

  /// The state after the newest row. Allocates.
  var snapshot: Snapshot {
    var snapshot = pipeline.snapshot
    snapshot.time += origin
    return snapshot
  }

  /// The event that tells the label of everything so far.
  func prediction(path: String, duration: Double) -> StreamEvent {
    let prediction = FilePrediction(
      path: path, duration: duration, speech: summary.speech, label: summary.label, confidence: summary.confidence,
      probabilities: summary.probabilities)
    return StreamEvent.file(prediction).of(channel: channel)
  }

  /// Seconds of speech so far.
  var speech: Double { summary.speech }

  /// Takes the next samples and writes what comes of them.
  ///
  /// - Returns: seconds from the capture of the newest row to the end of its recognition; nil where nothing was captured or no
  ///   row came.
  func push(
    _ samples: Span<Float>, from source: borrowing some AudioSource & ~Copyable, _ statistics: inout StreamStatistics,
    _ sink: inout any EventSink
  ) throws -> Double? {
    let rate = Double(inputRate)
    let newestRow = pipeline.time
    let origin = origin
    try pipeline.push(samples) { event in
      let event = event.later(by: origin)
      var latency: Double?
      if case .label(let change) = event {
        label = change.label
        latency = Self.age(ofSample: Int(change.time * rate), in: source)
        if let latency { statistics.labels.record(latency) }
      }
      try write(event, latency: latency, to: &sink)
    }
    var age: Double?
    if pipeline.time > newestRow {
      age = Self.age(ofSample: Int(time * rate), in: source)
      if let age { statistics.rows.record(age) }
      for alert in alerts.step(time: time, label: label) {
        try sink.receive(StreamEvent.alert(alert).of(channel: channel))
      }
    }
    // A microsecond: times are sums of binary fractions.
    if let every, time + 1e-6 >= nextFrame {
      try sink.receive(StreamEvent.frame(snapshot).of(channel: channel))
      nextFrame = every * (((time + 1e-6) / every).rounded(.down) + 1)
    }
    return age
  }

  /// Ends the utterance.
  func finish(_ sink: inout any EventSink) throws(SinkError) {
    let origin = origin
    try pipeline.finish { event throws(SinkError) in
      try write(event.later(by: origin), latency: nil, to: &sink)
    }
  }

  /// Forgets the voice and everything else after `finish`; the stream's time goes on.
  ///
  /// - Parameter time: when the pipeline begins again, in seconds of the stream.
  func startAnew(at time: Double) {
    pipeline.reset()
    label = .silence
    origin = time
  }

  private func write(_ event: PipelineEvent, latency: Double?, to sink: inout any EventSink) throws(SinkError) {
    switch event {
    case .label(let change): try sink.receive(StreamEvent.label(change, latency: latency).of(channel: channel))
    case .utterance(let utterance):
      summary.add(utterance)
      try sink.receive(StreamEvent.utterance(utterance).of(channel: channel))
    }
  }

  /// Seconds since a sample was captured. Sound servers only guess the delay that the capture time comes from; what was
  /// heard already is not taken for the future.
  private static func age(ofSample sample: Int, in source: borrowing some AudioSource & ~Copyable) -> Double? {
    source.captureTime(ofSample: sample).map { max(0, MonotonicClock().now() - $0) }
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
