/// A stream of mono samples at a fixed rate: a microphone, a recording, a pipe.
public protocol FrameSource: ~Copyable {
  /// Samples per second.
  var sampleRate: Int { get }

  /// Fills the front of `buffer` with the next samples, f32 in [-1, 1].
  ///
  /// Blocks until at least one sample is there.
  /// - Parameter buffer: Caller-owned, at least one sample long; only the front that the result counts is written.
  /// - Returns: How many samples were written, 1…`buffer.count`; 0 means the end of the stream.
  mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int

  /// What has gone wrong since the last call without ending the stream; nothing where that cannot happen.
  mutating func takeWarnings() -> [CaptureWarning]

  /// When a sample was captured, in seconds of CLOCK_MONOTONIC (see `MonotonicClock`); nil where nothing is captured.
  ///
  /// - Parameter sample: Its index in the delivered stream, from 0; best a recent one.
  func captureTime(ofSample sample: Int) -> Double?

  /// Counts of what went wrong so far; nil where nothing is captured.
  var captureStatistics: CaptureStatistics? { get }
}

extension FrameSource where Self: ~Copyable {
  /// All samples to the end of the stream.
  public mutating func readAll() throws(CaptureError) -> [Float] {
    var samples: [Float] = []
    var buffer = [Float](repeating: 0, count: 16384)
    while true {
      var span = buffer.mutableSpan
      let count = try read(into: &span)
      if count == 0 { return samples }
      samples += buffer[..<count]
    }
  }

  /// None, for a source with which nothing goes wrong without ending the stream.
  public mutating func takeWarnings() -> [CaptureWarning] { [] }

  /// nil, for a source that captures nothing.
  public func captureTime(ofSample sample: Int) -> Double? { nil }

  /// nil, for a source that captures nothing.
  public var captureStatistics: CaptureStatistics? { nil }
}
