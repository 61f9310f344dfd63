/// A source whose channels are watched: what cannot be somebody's silence is reported among its warnings (`muted`,
/// `cancelled`). Where several channels are to be mixed, it mixes them.
public struct WatchedSource<Source: AudioSource & ~Copyable>: AudioSource, ~Copyable {
  private var source: Source
  private var watch: ChannelWatch
  private let channels: Int
  private let mixes: Bool
  /// Frames on their way to the mix; empty where nothing is mixed.
  private let interleaved: Storage<Float>

  /// - Parameters:
  ///   - source: what it delivers is watched.
  ///   - mixes: whether the mean of its channels goes on in their place.
  ///   - isRecording: whether it is a recording. One that was edited has exact zeros between utterances, so more of them are
  ///     needed before it counts as muted.
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

  /// 1 where the channels are mixed, else as many as the source delivers.
  public var deliveredChannels: Int { mixes ? 1 : channels }

  /// Whether the channels that were mixed so far differ and do not cancel each other: one of them may hold what the others
  /// cover.
  public var mixesDifferentChannels: Bool { watch.channelsDiffer && !watch.isCancelled }

  /// Of each of the channels that are mixed the mean square, less the mean, so far; empty where there is but one.
  public var channelPowers: [Double] { watch.channelPowers }

  /// Looks at what came last, where the source is not read to its end.
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
    // SAFETY: `data` belongs to this source, and nobody else uses it while the span lives.
    var span = MutableSpan(
      _unsafeElements: UnsafeMutableBufferPointer(rebasing: data[..<min(buffer.count * channels, data.count)]))
    let count = try source.read(into: &span)
    look(at: span.span.extracting(first: count))
    // SAFETY: `data` outlives the call, as it belongs to this source.
    SampleFormat.f32.decode(
      RawSpan(_unsafeBytes: UnsafeRawBufferPointer(data)), frames: count / channels, channels: channels, into: &buffer)
    return count / channels
  }

  private mutating func look(at samples: Span<Float>) {
    if source.isSubstitute { watch.skip(frames: samples.count / channels) } else { watch.push(samples) }
  }

  /// Those of the source, and what was found since the last call.
  public mutating func takeWarnings() -> [CaptureWarning] {
    let found = watch.takeWarnings()
    return found.isEmpty ? source.takeWarnings() : source.takeWarnings() + found
  }

  /// That of the source.
  public var isSubstitute: Bool { source.isSubstitute }

  /// That of the source.
  public func captureTime(ofSample sample: Int) -> Double? { source.captureTime(ofSample: sample) }

  /// Those of the source.
  public var captureStatistics: CaptureStatistics? { source.captureStatistics }
}
