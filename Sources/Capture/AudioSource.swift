/// A stream of samples at a fixed rate: a microphone, a recording, a pipe. Mono, unless all channels are selected.
public protocol AudioSource: ~Copyable {
  /// Samples per second.
  var sampleRate: Int { get }

  /// Channels that `read` delivers, interleaved: 1 unless all of several are selected.
  var deliveredChannels: Int { get }

  /// Fills the front of `buffer` with the next samples, f32 in [-1, 1]. Several channels that may still be mixed can
  /// exceed that range.
  ///
  /// Blocks until at least one frame, a sample of each channel, is available.
  /// - Parameter buffer: Caller-owned, at least one frame long; only the front that the result counts is written.
  /// - Returns: The number of samples written, 1…`buffer.count`, of whole frames; 0 means the end of the stream.
  mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int

  /// Problems since the last call that did not end the stream; empty for sources without such problems.
  mutating func takeWarnings() -> [CaptureWarning]

  /// Whether the last `read` delivered a substitute for missing samples.
  var isSubstitute: Bool { get }

  /// When a sample was captured, in seconds of CLOCK_MONOTONIC (see `MonotonicClock`); nil for sources other than
  /// capture.
  ///
  /// - Parameter sample: Its index among those of its channel in the delivered stream, from 0; preferably a recent one.
  func captureTime(ofSample sample: Int) -> Double?

  /// Counts of problems so far; nil for sources other than capture.
  var captureStatistics: CaptureStatistics? { get }
}

extension AudioSource where Self: ~Copyable {
  /// One, the default.
  public var deliveredChannels: Int { 1 }

  /// false, the default.
  public var isSubstitute: Bool { false }

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

  /// Empty, the default.
  public mutating func takeWarnings() -> [CaptureWarning] { [] }

  /// nil, the default.
  public func captureTime(ofSample sample: Int) -> Double? { nil }

  /// nil, the default.
  public var captureStatistics: CaptureStatistics? { nil }
}
