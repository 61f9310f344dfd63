import Glibc

/// Raw PCM without a header from a file descriptor, by default standard input.
///
/// Reads may be ragged: bytes that are not yet a whole frame wait for the rest of it.
public struct StandardInputSource: FrameSource, ~Copyable {
  /// Rates that make sense for audio.
  public static let sampleRates = 4000...384_000

  /// Samples per second, as the caller says.
  public let sampleRate: Int
  private let fileDescriptor: Int32
  private let format: SampleFormat
  private let channels: Int
  /// The only channel to take, from 0; nil for the mean of all.
  private let channel: Int?
  private let stop: StopFlag
  private let bytes: Storage<UInt8>
  /// Bytes at the front of `bytes` that have been read but not delivered.
  private var held = 0
  private var ended = false
  /// Frames delivered.
  private var position = 0

  /// Reads nothing yet.
  ///
  /// - Parameters:
  ///   - fileDescriptor: Open for reading; stays open. 0 is standard input.
  ///   - sampleRate: In Hz, 4000…384000.
  ///   - encoding: How the samples lie.
  ///   - channels: Interleaved channels, 1…64.
  ///   - channel: The only channel to hear, from 1; nil for the mean of all.
  ///   - stop: Ends the stream within a tenth of a second once it is set.
  /// - Throws: `usage` where a parameter is out of range.
  public init(
    fileDescriptor: Int32 = 0, sampleRate: Int, encoding: SampleEncoding, channels: Int = 1,
    channel: Int? = nil, stop: StopFlag = StopFlag()
  ) throws(CaptureError) {
    guard Self.sampleRates.contains(sampleRate) else {
      throw CaptureError(
        .usage, "a sample rate of \(sampleRate) Hz makes no sense for audio: give --rate a value from 4000 to 384000")
    }
    guard (1...64).contains(channels) else {
      throw CaptureError(.usage, "\(channels) channels make no sense: raw input has from 1 to 64 of them")
    }
    guard (1...channels).contains(channel ?? 1) else {
      throw CaptureError(
        .usage, "there is no channel \(channel ?? 1) among the \(channels) of the raw input: give --channels, too")
    }
    self.sampleRate = sampleRate
    self.channel = channel.map { $0 - 1 }
    self.fileDescriptor = fileDescriptor
    self.format = encoding.format
    self.channels = channels
    self.stop = stop
    let frameWidth = channels * encoding.format.width
    // A multiple of the frame, so that a full buffer always holds whole frames.
    bytes = Storage(repeating: 0, count: frameWidth * 4096)
  }

  /// See `FrameSource`.
  ///
  /// - Throws: `badData` where the input ends within a frame or a float is not a number, `inputOutput` where it cannot
  ///   be read.
  public mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    precondition(!buffer.isEmpty)
    let frameWidth = channels * format.width
    let wanted = min(buffer.count * frameWidth, bytes.count)
    while held < frameWidth {
      if ended || stop.isStopped { return 0 }
      let count = try readBytes(upTo: wanted - held)
      if let count, count > 0 {
        held += count
      } else if count == 0 {
        ended = true
        if held > 0 {
          throw CaptureError(
            .badData,
            """
            standard input ended within a sample: \(held) of the \(frameWidth) bytes of a frame came after \
            \(position) whole ones; check --encoding and the number of channels
            """)
        }
      }
    }
    let frames = held / frameWidth
    let used = frames * frameWidth
    let data = bytes.elements
    // SAFETY: `data` outlives the call, as it belongs to this source.
    format.decode(
      RawSpan(_unsafeBytes: UnsafeRawBufferPointer(data)), frames: frames, channels: channels, channel: channel,
      into: &buffer)
    held -= used
    // The rest of a frame moves to the front.
    for index in 0..<held { data[index] = data[used + index] }
    if let bad = buffer.firstNaN(count: frames) {
      throw CaptureError(
        .badData, "sample \(position + bad) on standard input is not a number; check --encoding")
    }
    position += frames
    return frames
  }

  /// One `read`, waited for by `poll`, so that a stop is seen however long nothing comes.
  ///
  /// - Returns: The bytes read, 0 at the end, nil where nothing has come yet.
  private func readBytes(upTo count: Int) throws(CaptureError) -> Int? {
    var descriptor = pollfd(fd: fileDescriptor, events: Int16(POLLIN), revents: 0)
    let ready = poll(&descriptor, 1, 100)
    if ready == 0 || ready < 0 && errno == EINTR { return nil }
    // SAFETY: `held` + `count` is at most `bytes.count`.
    let result = ready < 0 ? -1 : Glibc.read(fileDescriptor, bytes.elements.baseAddress! + held, count)
    if result >= 0 { return result }
    if errno == EINTR || errno == EAGAIN { return nil }
    throw CaptureError(.inputOutput, "cannot read standard input: \(systemMessage(errno))")
  }
}
