/// Samples in, labels out: the whole way of a sound, the same for a microphone, a pipe and a recording.
///
///     var pipeline = try Pipeline(recognizer, inputRate: 48000)
///     pipeline.push(samples.span) { event in print(event) }
///     pipeline.finish { event in print(event) }
///
/// What comes out depends on the samples only, never on how they were cut into chunks. After warm-up a push allocates
/// only for the events that it reports.
public struct Pipeline: ~Copyable {
  private var stream: UtteranceStream
  private var recognition: RecognizerSession
  private let inputRate: Double
  /// Samples pushed.
  private var pushed = 0
  /// Time of the newest full-scale sample.
  private var clipped = -Double.infinity

  /// - Parameters:
  ///   - profile: of the voice that is to be heard; nil where it is not known. It fits the recognizer, see
  ///     `Recognizer.requireFit`.
  ///   - inputRate: samples per second of what is pushed.
  /// - Throws: where the recognizer's configuration cannot work, a network cannot hear row by row, or the rate cannot be
  ///   converted.
  public init(_ recognizer: Recognizer, profile: VoiceProfile? = nil, inputRate: Int) throws {
    for network in recognizer.networks { try network.requireStreaming() }
    stream = try UtteranceStream(
      frontEnd: recognizer.configuration.frontEnd, gate: recognizer.configuration.gate,
      preprocessing: recognizer.configuration.preprocessing, inputRate: inputRate)
    recognition = RecognizerSession(recognizer, profile: profile)
    self.inputRate = Double(inputRate)
  }

  /// Takes the stream's next samples, any number of them.
  ///
  /// - Parameters:
  ///   - samples: mono, in [-1, 1].
  ///   - body: receives what happened, in order.
  public mutating func push<Failure: Error>(
    _ samples: Span<Float>, _ body: (PipelineEvent) throws(Failure) -> Void
  ) throws(Failure) {
    for i in samples.indices where abs(samples[i]) >= Self.fullScale { clipped = Double(pushed + i) / inputRate }
    pushed += samples.count
    stream.push(samples, to: &recognition)
    try deliver(body)
  }

  /// Ends the stream: an open utterance ends and is reported. `reset` before pushing again.
  public mutating func finish<Failure: Error>(_ body: (PipelineEvent) throws(Failure) -> Void) throws(Failure) {
    stream.finish(to: &recognition)
    recognition.finish()
    try deliver(body)
  }

  /// As new: another stream, of another voice where there is no profile.
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

  /// From here on a sample counts as clipped; converters stop a little short of 1.
  private static let fullScale: Float = 0.999
  /// How long a snapshot tells of clipping, in seconds: longer than any display waits for the next.
  private static let clippingHold = 0.1

  /// End of the newest row, in seconds since the first sample of the stream.
  public var time: Double { recognition.time }

  private mutating func deliver<Failure: Error>(_ body: (PipelineEvent) throws(Failure) -> Void) throws(Failure) {
    guard !recognition.events.isEmpty else { return }
    defer { recognition.events.removeAll(keepingCapacity: true) }
    for event in recognition.events { try body(event) }
  }
}
