/// Turns a signal into rows: samples at any rate → the conditioned signal at the front end's rate → feature rows. All
/// rows are emitted, speech or not; `UtteranceStream` separates them.
///
/// The output depends only on the samples, never on their chunking.
public struct RowStream: ~Copyable {
  private var conditioner: SignalConditioner
  private var frontEnd: FrontEnd

  /// - Parameters:
  ///   - inputRate: samples per second of the input.
  /// - Throws: where a configuration is unusable, or the rate cannot be converted.
  public init(
    frontEnd: FrontEndConfiguration, preprocessing: PreprocessingConfiguration = PreprocessingConfiguration(),
    inputRate: Int
  ) throws {
    let rows = try FrontEnd(frontEnd)
    conditioner = try SignalConditioner(preprocessing, from: inputRate, to: frontEnd.sampleRate)
    self.frontEnd = rows
  }

  /// The mapping of columns to features.
  public var layout: FeatureLayout { frontEnd.layout }

  /// Rows per second.
  public var rowRate: Double { frontEnd.rowRate }

  /// When row `row` begins, in seconds since the first sample of the stream.
  public func start(ofRow row: Int) -> Double {
    Double(row * frontEnd.hop) / Double(frontEnd.configuration.sampleRate)
  }

  /// When row `row` ends, in seconds since the first sample of the stream.
  public func end(ofRow row: Int) -> Double {
    Double(row * frontEnd.hop + frontEnd.window) / Double(frontEnd.configuration.sampleRate)
  }

  /// Processes the stream's next samples, any number of them, and calls `body` for each completed row.
  ///
  /// - Parameters:
  ///   - samples: mono, in [-1, 1]; non-finite samples count as 0.
  ///   - body: receives a row, [layout.width], valid only during the call, and its voice-activity features.
  public mutating func push(
    _ samples: Span<Float>, _ body: (_ row: Span<Float>, _ voiceActivity: VoiceActivityFeatures) -> Void
  ) {
    Self.push(samples, &conditioner, &frontEnd) { clean, frontEnd in frontEnd.push(clean, body) }
  }

  /// `push` without voice-activity features, for streams without a speech gate: computes only the features of the row.
  public mutating func pushRows(_ samples: Span<Float>, _ body: (_ row: Span<Float>) -> Void) {
    Self.push(samples, &conditioner, &frontEnd) { clean, frontEnd in frontEnd.push(clean, body) }
  }

  /// Ends the stream: calls `body` for the remaining rows. Call `reset` before pushing again.
  public mutating func finish(_ body: (_ row: Span<Float>, _ voiceActivity: VoiceActivityFeatures) -> Void) {
    Self.finish(&conditioner, &frontEnd) { clean, frontEnd in frontEnd.push(clean, body) }
  }

  /// `finish` without voice-activity features, for streams without a speech gate.
  public mutating func finishRows(_ body: (_ row: Span<Float>) -> Void) {
    Self.finish(&conditioner, &frontEnd) { clean, frontEnd in frontEnd.push(clean, body) }
  }

  /// Returns to the initial state: the next sample is the first of a stream.
  public mutating func reset() {
    conditioner.reset()
    frontEnd.reset()
  }

  // The stages are passed separately, so that each can change while the previous one calls it.

  private static func push(
    _ samples: Span<Float>, _ conditioner: inout SignalConditioner, _ frontEnd: inout FrontEnd,
    _ body: (Span<Float>, inout FrontEnd) -> Void
  ) {
    conditioner.push(samples) { clean in body(clean, &frontEnd) }
  }

  private static func finish(
    _ conditioner: inout SignalConditioner, _ frontEnd: inout FrontEnd, _ body: (Span<Float>, inout FrontEnd) -> Void
  ) {
    conditioner.finish { clean in body(clean, &frontEnd) }
  }
}
