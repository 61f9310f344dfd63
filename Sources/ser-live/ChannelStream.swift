import Capture
import Streaming

/// A mono stream with its pipeline and sink: the whole source, or one of several channels.
///
/// A class, so that several pipelines can be in an array; only its session owns it.
final class ChannelStream {
  private var pipeline: Pipeline
  private let inputRate: Int
  /// Its number in events, from 1; nil where channels are not separate.
  private let channel: Int?
  /// Seconds between two `frame` events; nil for none.
  private let every: Double?
  private var nextFrame: Double
  private var summary: RecordingPrediction
  private var alerts: AlertMonitor
  /// The current label.
  private var label = Label.silence
  /// Start of the pipeline, in seconds of the stream.
  private var origin = 0.0

  /// - Parameters:
  ///   - channel: its number in events; nil for none.
  ///   - every: seconds between two `frame` events; nil for none.
  /// - Throws: the errors of `Pipeline` and `AlertMonitor`.
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

  /// The event with the label of the stream so far.
  func prediction(path: String, duration: Double) -> StreamEvent {
    let prediction = FilePrediction(
      path: path, duration: duration, speech: summary.speech, label: summary.label, confidence: summary.confidence,
      probabilities: summary.probabilities)
    return StreamEvent.file(prediction).of(channel: channel)
  }

  /// Seconds of speech so far.
  var speech: Double { summary.speech }

  /// Processes the next samples and writes their events.
  ///
  /// - Returns: seconds from the capture of the newest row to the end of its recognition; nil where nothing is captured
  ///   or no row was completed.
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

  /// Resets the voice and all other state after `finish`; the stream's time continues.
  ///
  /// - Parameter time: new start of the pipeline, in seconds of the stream.
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

  /// Seconds since a sample was captured. Sound servers only estimate the delay behind the capture time; samples that
  /// have arrived are never dated in the future.
  private static func age(ofSample sample: Int, in source: borrowing some AudioSource & ~Copyable) -> Double? {
    source.captureTime(ofSample: sample).map { max(0, MonotonicClock().now() - $0) }
  }
}

extension PipelineEvent {
  /// The event shifted by the start of its pipeline within the stream.
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
