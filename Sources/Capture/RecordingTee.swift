/// A source that keeps what is heard from it: every sample that it delivers, silence for missing ones included, is in the
/// recording, bit for bit, so that the recording gives the same events again.
///
/// A recording that cannot go on, as on a full disk, doesn't end the stream: it is reported as a warning and kept in
/// `failure`.
public struct RecordingTee<Source: AudioSource & ~Copyable>: AudioSource, ~Copyable {
  private var source: Source
  private var recorder: Recorder?
  private var news: [CaptureWarning] = []
  /// Frames delivered.
  private var position = 0
  /// Why the recording is not complete; nil where it is.
  public private(set) var failure: CaptureError?

  /// Creates the recording, or empties the file where there is one.
  ///
  /// - Parameters:
  ///   - source: Whose samples are kept.
  ///   - path: Of the recording; .flac or .wav, see `canRecord`.
  /// - Throws: `usage` for another name, `inputOutput` where the file cannot be made.
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
  /// - Throws: `inputOutput` where it is not complete, whether that was reported before or shows only now.
  public mutating func finish() throws(CaptureError) {
    if let failure { throw failure }
    try recorder?.finish()
  }

  /// Those of the source, and one where the recording ends early.
  public mutating func takeWarnings() -> [CaptureWarning] {
    defer { news = [] }
    return source.takeWarnings() + news
  }

  /// That of the source.
  public var isSubstitute: Bool { source.isSubstitute }

  /// That of the source.
  public func captureTime(ofSample sample: Int) -> Double? { source.captureTime(ofSample: sample) }

  /// Those of the source.
  public var captureStatistics: CaptureStatistics? { source.captureStatistics }
}

/// Whether a recording can have this name: one that ends in .flac or .wav.
public func canRecord(to path: String) -> Bool { Recorder.canWrite(path) }
