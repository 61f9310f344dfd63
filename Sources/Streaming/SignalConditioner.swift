/// The way of a sound ahead of its features: samples at any rate → high-pass → the front end's rate → noise reduction and gain.
///
/// Depends on the samples only, never on how they were cut into chunks. The high-pass comes first: a resampler takes what was
/// before the first sample for 0, so an offset would begin with a click.
public struct SignalConditioner: ~Copyable {
  private var highPass: HighPass
  private var resampler: Resampler
  private var preprocessor: Preprocessor

  /// - Parameters:
  ///   - inputRate: samples per second of what is pushed.
  ///   - outputRate: samples per second of what comes out.
  /// - Throws: where the configuration cannot work, or the rate cannot be converted.
  public init(_ configuration: PreprocessingConfiguration, from inputRate: Int, to outputRate: Int) throws {
    let preprocessor = try Preprocessor(configuration, sampleRate: outputRate)
    resampler = try Resampler(from: inputRate, to: outputRate)
    highPass = HighPass(cutoff: configuration.highPass, sampleRate: inputRate)
    self.preprocessor = preprocessor
  }

  /// Takes the stream's next samples, mono, in [-1, 1], any number of them, and calls `body` with what they complete, piece by
  /// piece.
  public mutating func push(_ samples: Span<Float>, _ body: (Span<Float>) -> Void) {
    Self.push(samples, &highPass, &resampler, &preprocessor, body)
  }

  /// Ends the stream: calls `body` with what is still inside. `reset` before pushing again.
  public mutating func finish(_ body: (Span<Float>) -> Void) {
    Self.finish(&resampler, &preprocessor, body)
  }

  /// As new: the next sample is the first of a stream.
  public mutating func reset() {
    highPass.reset()
    resampler.reset()
    preprocessor.reset()
  }

  // The stages are passed side by side, so that each can change while the one before it calls.

  private static func push(
    _ samples: Span<Float>, _ highPass: inout HighPass, _ resampler: inout Resampler,
    _ preprocessor: inout Preprocessor, _ body: (Span<Float>) -> Void
  ) {
    highPass.push(samples) { filtered in
      resampler.push(filtered) { piece in preprocessor.push(piece, body) }
    }
  }

  private static func finish(
    _ resampler: inout Resampler, _ preprocessor: inout Preprocessor, _ body: (Span<Float>) -> Void
  ) {
    resampler.finish { piece in preprocessor.push(piece, body) }
    preprocessor.finish(body)
  }
}
