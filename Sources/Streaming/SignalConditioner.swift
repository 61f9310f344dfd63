/// Processes a signal before feature extraction: samples at any rate → high-pass → the front end's rate → noise
/// suppression and gain.
///
/// The output depends only on the samples, never on their chunking. The high-pass comes first: a resampler takes the
/// samples before the first as 0, so an offset would begin with a click.
public struct SignalConditioner: ~Copyable {
  private var highPass: HighPass
  private var resampler: Resampler
  private var preprocessor: Preprocessor

  /// - Parameters:
  ///   - inputRate: samples per second of the input.
  ///   - outputRate: samples per second of the output.
  /// - Throws: where the configuration is unusable, or the rate cannot be converted.
  public init(_ configuration: PreprocessingConfiguration, from inputRate: Int, to outputRate: Int) throws {
    let preprocessor = try Preprocessor(configuration, sampleRate: outputRate)
    resampler = try Resampler(from: inputRate, to: outputRate)
    highPass = HighPass(cutoff: configuration.highPass, sampleRate: inputRate)
    self.preprocessor = preprocessor
  }

  /// Processes the stream's next samples, mono, in [-1, 1], any number of them, and calls `body` piece by piece with
  /// completed output.
  public mutating func push(_ samples: Span<Float>, _ body: (Span<Float>) -> Void) {
    Self.push(samples, &highPass, &resampler, &preprocessor, body)
  }

  /// Ends the stream: calls `body` with the remaining output. Call `reset` before pushing again.
  public mutating func finish(_ body: (Span<Float>) -> Void) {
    Self.finish(&resampler, &preprocessor, body)
  }

  /// Returns to the initial state: the next sample is the first of a stream.
  public mutating func reset() {
    highPass.reset()
    resampler.reset()
    preprocessor.reset()
  }

  // The stages are passed separately, so that each can change while the previous one calls it.

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
