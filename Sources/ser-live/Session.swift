import Capture
import Streaming

/// A session from a source to a sink: its samples, or those of each of its channels, go through separate pipelines.
struct Session: ~Copyable {
  /// One for each channel.
  private let streams: [ChannelStream]
  private let tellsChannels: Bool
  private let inputRate: Int
  private var nextRefresh = 0.0
  /// Number of frames pushed.
  private var position = 0
  private let controls: SessionControls
  private var statistics = StreamStatistics()
  /// Seconds between two statistics reports; nil for only one at the end.
  private let statisticsEvery: Double?
  private var nextStatistics: Double

  /// - Parameters:
  ///   - channels: number of channels that are processed separately, and numbered in events; nil for a source of one,
  ///     whose events have no channel.
  ///   - every: seconds between two `frame` events; nil for none.
  init(
    _ recognizer: Recognizer, profile: VoiceProfile? = nil, inputRate: Int, channels: Int? = nil, every: Double?,
    alerts: [AlertRule] = [], statisticsEvery: Double? = nil, controls: SessionControls = .program
  ) throws {
    self.controls = controls
    streams = try (1...(channels ?? 1)).map { number in
      try ChannelStream(
        recognizer, profile: profile, inputRate: inputRate, channel: channels == nil ? nil : number, every: every,
        alerts: alerts)
    }
    tellsChannels = channels != nil
    self.inputRate = inputRate
    self.statisticsEvery = statisticsEvery
    nextStatistics = statisticsEvery ?? 0
  }

  /// The pace of a session.
  enum Pace {
    /// The pace of the source.
    case free
    /// Real time, for a recording.
    case realTime
  }

  /// Processes the source until it ends or a stop is requested, then ends the utterance.
  ///
  /// - Throws: the error of the source, after all previous events have been written.
  mutating func listen(
    to source: inout some AudioSource & ~Copyable, pace: Pace, sink: inout any EventSink
  ) throws {
    precondition(source.deliveredChannels == streams.count, "a stream for each channel")
    var failure: (any Error)?
    do {
      try pass(&source, pace: pace, sink: &sink)
    } catch let error as CaptureError {
      failure = error
    }
    // Some faults are detected only at the end.
    try warn(of: &source, to: &sink)
    for stream in streams { try stream.finish(&sink) }
    // A sink that fails in silence requests a stop.
    try sink.check()
    if let failure { throw failure }
  }

  /// Resets the voice and all other state; the stream's time continues.
  private func startAnew(_ sink: inout any EventSink) throws(SinkError) {
    for stream in streams {
      try stream.finish(&sink)
      stream.startAnew(at: duration)
    }
  }

  /// Seconds processed.
  var duration: Double { Double(position) / Double(inputRate) }

  /// Seconds of speech in the channel with most of it.
  var speech: Double { streams.map(\.speech).max()! }

  /// The label of the whole stream, an event for each channel.
  func predictions(path: String) -> [StreamEvent] { streams.map { $0.prediction(path: path, duration: duration) } }

  /// Statistics of the stream so far, as lines of text.
  func report(on source: borrowing some AudioSource & ~Copyable) -> [String] {
    statistics.lines(time: duration, capture: source.captureStatistics, sampleRate: inputRate)
  }

  private mutating func pass(
    _ source: inout some AudioSource & ~Copyable, pace: Pace, sink: inout any EventSink
  ) throws {
    let channels = streams.count
    // A hundredth of a second: short enough for immediate labels, long enough for negligible cost.
    let frames = max(1, inputRate / 100)
    var buffer = [Float](repeating: 0, count: frames * channels)
    var single = [Float](repeating: 0, count: channels > 1 ? frames : 0)
    var start = MonotonicClock().now()
    while !Interruption.flag.isStopped {
      var span = buffer.mutableSpan
      let count = try source.read(into: &span) / channels
      if count == 0 { return }
      try sink.check()
      if Reopening.isAsked() { try sink.reopen() }
      try warn(of: &source, to: &sink)
      if pace == .realTime {
        start += pausedTime()
        Self.sleep(until: start + Double(position + count) / Double(inputRate))
      }
      if controls.takeReset() { try startAnew(&sink) }
      position += count
      var age: Double?
      for channel in 0..<channels {
        let stream = streams[channel]
        if channels == 1 {
          age = try stream.push(buffer.span.extracting(0..<count), from: source, &statistics, &sink)
        } else {
          for frame in 0..<count { single[frame] = buffer[frame * channels + channel] }
          age = try stream.push(single.span.extracting(0..<count), from: source, &statistics, &sink)
        }
      }
      // The last channel's latency is the largest.
      if let age { controls.latency = age }
      try refresh(&sink)
      if let statisticsEvery, duration >= nextStatistics {
        nextStatistics += statisticsEvery
        for line in report(on: source) { try sink.note("ser-live: \(line)") }
      }
    }
  }

  /// Reports warnings of the source.
  private func warn(
    of source: inout some AudioSource & ~Copyable, to sink: inout any EventSink
  ) throws(SinkError) {
    for warning in source.takeWarnings() {
      let event = StreamEvent.warning(
        code: warning.code.rawValue, time: Double(warning.sample) / Double(inputRate), message: warning.message)
      try sink.receive(event.of(channel: tellsChannels ? warning.channel : nil))
    }
  }

  /// Updates a view with the current state, at the view's own cadence.
  private mutating func refresh(_ sink: inout any EventSink) throws(SinkError) {
    let time = streams[0].time
    guard let interval = sink.refreshInterval, time >= nextRefresh else { return }
    try sink.refresh(streams.map(\.snapshot))
    nextRefresh = time + interval
  }

  /// Waits while a recording is paused.
  ///
  /// - Returns: the length of the pause in seconds.
  private func pausedTime() -> Double {
    let clock = MonotonicClock()
    let start = clock.now()
    while controls.isPaused && !Interruption.flag.isStopped { clock.sleep(seconds: 0.02) }
    return clock.now() - start
  }

  private static func sleep(until time: Double) {
    let clock = MonotonicClock()
    let wait = time - clock.now()
    // A signal shortens the wait; the flag is checked next.
    if wait > 0 { clock.sleep(seconds: wait) }
  }
}
