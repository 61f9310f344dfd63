/// A source that records its samples: every delivered sample, including silence for missing ones, is in the recording,
/// bit for bit, so that a replay gives the same events.
///
/// A failed recording, as on a full disk, does not end the stream: it is reported as a warning and kept in `failure`.
public struct RecordingTee<Source: AudioSource & ~Copyable>: AudioSource, ~Copyable {
  private var source: Source
  private var recorder: Recorder?
  private var news: [CaptureWarning] = []
  /// Frames delivered.
  private var position = 0
  /// The reason that the recording is incomplete; nil where it is complete.
  public private(set) var failure: CaptureError?

  /// Creates the recording, or truncates the file where it exists.
  ///
  /// - Parameters:
  ///   - source: The source to record.
  ///   - path: Of the recording; .flac or .wav, see `canRecord`.
  /// - Throws: `usage` for another name, `inputOutput` where the file cannot be created.
  public init(_ source: consuming Source, path: String) throws(CaptureError) {
    recorder = try Recorder(path: path, sampleRate: source.sampleRate, channels: source.deliveredChannels)
    self.source = source
  }

  /// Samples per second, of the source and of the recording.
  public var sampleRate: Int { source.sampleRate }

  /// Of the source and of the recording.
  public var deliveredChannels: Int { source.deliveredChannels }

  /// See `AudioSource`; samples are rounded to 24 bits.
  public mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    let count = try source.read(into: &buffer)
    do throws(CaptureError) {
      try recorder?.write(&buffer, count: count)
    } catch {
      recorder = nil
      failure = error
      news.append(CaptureWarning(code: .recording, sample: position, message: error.message))
    }
    position += count / deliveredChannels
    return count
  }

  /// Ends the recording.
  ///
  /// - Throws: `inputOutput` where it is incomplete, including earlier reported failures.
  public mutating func finish() throws(CaptureError) {
    if let failure { throw failure }
    try recorder?.finish()
  }

  /// The source's warnings, and one where the recording ends early.
  public mutating func takeWarnings() -> [CaptureWarning] {
    defer { news = [] }
    return source.takeWarnings() + news
  }

  /// As in the source.
  public var isSubstitute: Bool { source.isSubstitute }

  /// As in the source.
  public func captureTime(ofSample sample: Int) -> Double? { source.captureTime(ofSample: sample) }

  /// As in the source.
  public var captureStatistics: CaptureStatistics? { source.captureStatistics }
}

/// Whether a recording can have this name: one that ends in .flac or .wav.
public func canRecord(to path: String) -> Bool { Recorder.canWrite(path) }
