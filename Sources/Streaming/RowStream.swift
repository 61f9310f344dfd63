/// The way of a sound to its rows: samples at any rate → the conditioned signal at the front end's rate → feature rows. All
/// rows, speech or not; `UtteranceStream` tells them apart.
///
/// Depends on the samples only, never on how they were cut into chunks.
public struct RowStream: ~Copyable {
  private var conditioner: SignalConditioner
  private var frontEnd: FrontEnd

  /// - Parameters:
  ///   - inputRate: samples per second of what is pushed.
  /// - Throws: where a configuration cannot work, or the rate cannot be converted.
  public init(
    frontEnd: FrontEndConfiguration, preprocessing: PreprocessingConfiguration = PreprocessingConfiguration(),
    inputRate: Int
  ) throws {
    let rows = try FrontEnd(frontEnd)
    conditioner = try SignalConditioner(preprocessing, from: inputRate, to: frontEnd.sampleRate)
    self.frontEnd = rows
  }

  /// Which columns of a row hold which feature.
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

  /// Takes the stream's next samples, any number of them, and calls `body` for each row that they complete.
  ///
  /// - Parameters:
  ///   - samples: mono, in [-1, 1]; what is not finite counts as 0.
  ///   - body: receives a row, [layout.width], valid during the call only, and what a speech gate wants to know of it.
  public mutating func push(
    _ samples: Span<Float>, _ body: (_ row: Span<Float>, _ voiceActivity: VoiceActivityFeatures) -> Void
  ) {
    Self.push(samples, &conditioner, &frontEnd) { clean, frontEnd in frontEnd.push(clean, body) }
  }

  /// As `push`, where no speech gate follows: nothing is measured but what rows hold.
  public mutating func pushRows(_ samples: Span<Float>, _ body: (_ row: Span<Float>) -> Void) {
    Self.push(samples, &conditioner, &frontEnd) { clean, frontEnd in frontEnd.push(clean, body) }
  }

  /// Ends the stream: calls `body` for the rows that are still inside. `reset` before pushing again.
  public mutating func finish(_ body: (_ row: Span<Float>, _ voiceActivity: VoiceActivityFeatures) -> Void) {
    Self.finish(&conditioner, &frontEnd) { clean, frontEnd in frontEnd.push(clean, body) }
  }

  /// As `finish`, where no speech gate follows.
  public mutating func finishRows(_ body: (_ row: Span<Float>) -> Void) {
    Self.finish(&conditioner, &frontEnd) { clean, frontEnd in frontEnd.push(clean, body) }
  }

  /// As new: the next sample is the first of a stream.
  public mutating func reset() {
    conditioner.reset()
    frontEnd.reset()
  }

  // The stages are passed side by side, so that each can change while the one before it calls.

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
