/// A stream of samples at a fixed rate: a microphone, a recording, a pipe. Mono, but where all channels were asked for.
public protocol AudioSource: ~Copyable {
  /// Samples per second.
  var sampleRate: Int { get }

  /// Channels that `read` delivers, interleaved: 1 but where all of several were asked for.
  var deliveredChannels: Int { get }

  /// Fills the front of `buffer` with the next samples, f32 in [-1, 1]; several channels, which may yet be mixed, beyond that
  /// as well.
  ///
  /// Blocks until at least one frame, a sample of each channel, is there.
  /// - Parameter buffer: Caller-owned, at least one frame long; only the front that the result counts is written.
  /// - Returns: How many samples were written, 1…`buffer.count`, those of whole frames; 0 means the end of the stream.
  mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int

  /// What has gone wrong since the last call without ending the stream; nothing where that cannot happen.
  mutating func takeWarnings() -> [CaptureWarning]

  /// Whether what the last `read` delivered stands for samples that are missing.
  var isSubstitute: Bool { get }

  /// When a sample was captured, in seconds of CLOCK_MONOTONIC (see `MonotonicClock`); nil where nothing is captured.
  ///
  /// - Parameter sample: Its index among those of its channel in the delivered stream, from 0; best a recent one.
  func captureTime(ofSample sample: Int) -> Double?

  /// Counts of what went wrong so far; nil where nothing is captured.
  var captureStatistics: CaptureStatistics? { get }
}

extension AudioSource where Self: ~Copyable {
  /// One, for a source that delivers no more.
  public var deliveredChannels: Int { 1 }

  /// false, for a source that puts nothing in the place of missing samples.
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

  /// None, for a source with which nothing goes wrong without ending the stream.
  public mutating func takeWarnings() -> [CaptureWarning] { [] }

  /// nil, for a source that captures nothing.
  public func captureTime(ofSample sample: Int) -> Double? { nil }

  /// nil, for a source that captures nothing.
  public var captureStatistics: CaptureStatistics? { nil }
}
