/// Turns samples into labels: the complete processing chain, identical for a microphone, a pipe and a recording.
///
///     var pipeline = try Pipeline(recognizer, inputRate: 48000)
///     pipeline.push(samples.span) { event in print(event) }
///     pipeline.finish { event in print(event) }
///
/// The output depends only on the samples, never on their chunking. After warm-up a push allocates only for the events
/// that it reports.
public struct Pipeline: ~Copyable {
  private var stream: UtteranceStream
  private var recognition: RecognizerSession
  private let inputRate: Double
  /// Number of samples pushed.
  private var pushed = 0
  /// Time of the newest full-scale sample.
  private var clipped = -Double.infinity

  /// - Parameters:
  ///   - profile: of the speaker's voice; nil where it is unknown. It must fit the recognizer, see
  ///     `Recognizer.requireFit`.
  ///   - inputRate: samples per second of the input.
  /// - Throws: where the recognizer's configuration is unusable, a network cannot process a stream row by row, or the
  ///   rate cannot be converted.
  public init(_ recognizer: Recognizer, profile: VoiceProfile? = nil, inputRate: Int) throws {
    for network in recognizer.networks { try network.requireStreaming() }
    stream = try UtteranceStream(
      frontEnd: recognizer.configuration.frontEnd, gate: recognizer.configuration.gate,
      preprocessing: recognizer.configuration.preprocessing, inputRate: inputRate)
    recognition = RecognizerSession(recognizer, profile: profile)
    self.inputRate = Double(inputRate)
  }

  /// Processes the stream's next samples, any number of them.
  ///
  /// - Parameters:
  ///   - samples: mono, in [-1, 1].
  ///   - body: receives the events in order.
  public mutating func push<Failure: Error>(
    _ samples: Span<Float>, _ body: (PipelineEvent) throws(Failure) -> Void
  ) throws(Failure) {
    for i in samples.indices where abs(samples[i]) >= Self.fullScale { clipped = Double(pushed + i) / inputRate }
    pushed += samples.count
    stream.push(samples, to: &recognition)
    try deliver(body)
  }

  /// Ends the stream and reports an open utterance. Call `reset` before pushing again.
  public mutating func finish<Failure: Error>(_ body: (PipelineEvent) throws(Failure) -> Void) throws(Failure) {
    stream.finish(to: &recognition)
    recognition.finish()
    try deliver(body)
  }

  /// Returns to the initial state for another stream; without a profile, also for another voice.
  public mutating func reset() {
    stream.reset()
    recognition.reset()
    pushed = 0
    clipped = -.infinity
  }

  /// The stream's state after the newest row. Allocates.
  public var snapshot: Snapshot {
    var snapshot = recognition.snapshot
    snapshot.clipping = time - clipped < Self.clippingHold
    return snapshot
  }

  /// Samples from this magnitude count as clipped; converters stop slightly below 1.
  private static let fullScale: Float = 0.999
  /// How long a snapshot reports clipping, in seconds: longer than the refresh interval of any display.
  private static let clippingHold = 0.1

  /// End of the newest row, in seconds since the first sample of the stream.
  public var time: Double { recognition.time }

  private mutating func deliver<Failure: Error>(_ body: (PipelineEvent) throws(Failure) -> Void) throws(Failure) {
    guard !recognition.events.isEmpty else { return }
    defer { recognition.events.removeAll(keepingCapacity: true) }
    for event in recognition.events { try body(event) }
  }
}
