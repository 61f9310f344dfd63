/// A source with a channel watch: faulty silence is reported in its warnings (`muted`, `cancelled`). It also mixes
/// several channels where requested.
public struct WatchedSource<Source: AudioSource & ~Copyable>: AudioSource, ~Copyable {
  private var source: Source
  private var watch: ChannelWatch
  private let channels: Int
  private let mixes: Bool
  /// Frames to be mixed; empty where no channels are mixed.
  private let interleaved: Storage<Float>

  /// - Parameters:
  ///   - source: the source to watch.
  ///   - mixes: whether the mean of its channels is delivered instead.
  ///   - isRecording: whether it is a recording. Edited recordings have exact zeros between utterances, so they count
  ///     as muted only after a longer time.
  public init(_ source: consuming Source, mixes: Bool, isRecording: Bool) {
    let channels = source.deliveredChannels
    self.channels = channels
    self.mixes = mixes && channels > 1
    watch = ChannelWatch(
      channels: channels, sampleRate: source.sampleRate, kind: isRecording ? .recording : .live, isMixed: mixes)
    interleaved = Storage(repeating: 0, count: mixes && channels > 1 ? 4096 * channels : 0)
    self.source = source
  }

  /// Samples per second, of the source.
  public var sampleRate: Int { source.sampleRate }

  /// 1 where the channels are mixed, otherwise the number of the source's channels.
  public var deliveredChannels: Int { mixes ? 1 : channels }

  /// Whether the channels mixed so far differ without cancelling each other: speech in one of them may be masked by the
  /// others.
  public var mixesDifferentChannels: Bool { watch.channelsDiffer && !watch.isCancelled }

  /// The mean square, without the mean, of each mixed channel so far; empty where there is only one.
  public var channelPowers: [Double] { watch.channelPowers }

  /// Checks the last samples, where the source is not read to its end.
  public mutating func finish() { watch.finish() }

  /// See `AudioSource`.
  public mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    do throws(CaptureError) {
      let count = mixes ? try readMix(&buffer) : try readChannels(&buffer)
      if count == 0 { watch.finish() }
      return count
    } catch {
      watch.finish()
      throw error
    }
  }

  private mutating func readChannels(_ buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    let count = try source.read(into: &buffer)
    if channels > 1 {
      for index in 0..<count { buffer[index] = buffer[index].clampedToFullScale }
    }
    look(at: buffer.span.extracting(first: count))
    return count
  }

  private mutating func readMix(_ buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    let data = interleaved.elements
    // SAFETY: `data` belongs to this source and is not used elsewhere while the span lives.
    var span = MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(rebasing: data[..<min(buffer.count * channels, data.count)]))
    let count = try source.read(into: &span)
    look(at: span.span.extracting(first: count))
    // SAFETY: `data` outlives the call, because it belongs to this source.
    SampleFormat.f32.decode(
      RawSpan(_unsafeBytes: UnsafeRawBufferPointer(data)), frames: count / channels, channels: channels, into: &buffer)
    return count / channels
  }

  private mutating func look(at samples: Span<Float>) {
    if source.isSubstitute { watch.skip(frames: samples.count / channels) } else { watch.push(samples) }
  }

  /// The source's warnings, and those of the watch since the last call.
  public mutating func takeWarnings() -> [CaptureWarning] {
    let found = watch.takeWarnings()
    return found.isEmpty ? source.takeWarnings() : source.takeWarnings() + found
  }

  /// As in the source.
  public var isSubstitute: Bool { source.isSubstitute }

  /// As in the source.
  public func captureTime(ofSample sample: Int) -> Double? { source.captureTime(ofSample: sample) }

  /// As in the source.
  public var captureStatistics: CaptureStatistics? { source.captureStatistics }
}
