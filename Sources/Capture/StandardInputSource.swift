import Support

/// PCM from a file descriptor, by default standard input: raw, in the format that the caller gives, or with the header
/// of a WAV or AU, which then gives the format.
///
/// Reads may be ragged: incomplete frames wait for the rest of their bytes.
public struct StandardInputSource: AudioSource, ~Copyable {
  /// The supported sample rates.
  public static let sampleRates = 4000...384_000

  /// Samples per second, from the header or the caller.
  public let sampleRate: Int
  /// Human-readable description of the header, such as "WAV, 48000 Hz, s16le, 1 channel"; nil for raw PCM.
  public let header: String?
  /// One sentence about differences between the caller's format and the header, which takes precedence; nil where they
  /// agree.
  public let contradiction: String?

  private var input: ByteStream
  private var format: SampleFormat
  private var channels: Int
  private let selection: ChannelSelection
  /// Remaining bytes of samples by the header; nil where they continue to the end.
  private var expected: Int?
  /// Whether a padding byte follows the samples.
  private var isFilledUp = false
  private var bytes: Storage<UInt8>
  /// Bytes at the front of `bytes` that have been read but not delivered.
  private var held = 0
  private var ended = false
  /// Frames delivered.
  private var position = 0

  /// Waits for the first bytes, to detect a header.
  ///
  /// - Parameters:
  ///   - fileDescriptor: Open for reading; stays open. 0 is standard input.
  ///   - sampleRate: Of raw PCM, in Hz, 4000…384000; nil where only input with a header is expected.
  ///   - encoding: The sample format of raw PCM; nil for `s16le`.
  ///   - channels: Interleaved channels of raw PCM, 1…64; nil for one.
  ///   - channel: The channels to deliver.
  ///   - stop: Ends the stream within a tenth of a second after it is set.
  /// - Throws: `usage` where a parameter is out of range, or the input is raw and its rate is not given; `badData`
  ///   where it has an unsupported header.
  public init(
    fileDescriptor: Int32 = 0, sampleRate: Int? = nil, encoding: SampleEncoding? = nil, channels: Int? = nil,
    channel: ChannelSelection = .mix, stop: StopFlag = StopFlag()
  ) throws(CaptureError) {
    if let sampleRate, !Self.sampleRates.contains(sampleRate) {
      throw CaptureError(
        .usage, "a sample rate of \(sampleRate) Hz makes no sense for audio: give --rate a value from 4000 to 384000")
    }
    if let channels, !(1...64).contains(channels) {
      throw CaptureError(.usage, "\(channels) channels make no sense: raw input has from 1 to 64 of them")
    }
    var input = ByteStream(fileDescriptor: fileDescriptor, stop: stop)
    var found: StreamHeader?
    do throws(CaptureError) {
      found = try input.header()
    } catch  where error.kind == .inputOutput {
      // Detected by the first read.
    }
    if found == nil, sampleRate == nil {
      let isEmpty = try input.peek(1).isEmpty
      // A stop request needs an end, not a reason.
      guard isEmpty && input.isStopped else {
        throw CaptureError(
          .usage,
          """
          standard input \(isEmpty ? "is empty" : "has no header"), and raw PCM does not tell its rate: give --rate, such as \
          --rate 16000, or pipe a WAV with its header
          """)
      }
    }
    let count = found?.channels ?? channels ?? 1
    guard channel.fits(count) else {
      throw CaptureError(
        .usage,
        found == nil
          ? "the raw input has \(channel.lack(of: count)); --channels says how many it has"
          : "standard input has \(channel.lack(of: count))")
    }
    self.input = input
    self.sampleRate = found?.sampleRate ?? sampleRate ?? 16_000
    self.format = found?.format ?? (encoding ?? .s16le).format
    self.channels = count
    header = found?.description
    contradiction = found.flatMap {
      Self.contradiction($0, sampleRate: sampleRate, format: encoding?.format, channels: channels)
    }
    selection = channel
    // A multiple of the frame, so that a full buffer always holds whole frames.
    bytes = Storage(repeating: 0, count: self.channels * self.format.width * 4096)
    if let found { expect(found) }
  }

  private static func contradiction(
    _ header: StreamHeader, sampleRate: Int?, format: SampleFormat?, channels: Int?
  ) -> String? {
    var options: [String] = []
    if let sampleRate, sampleRate != header.sampleRate { options.append("--rate \(sampleRate)") }
    if let format, format != header.format { options.append("--encoding \(format.name)") }
    if let channels, channels != header.channels { options.append("--channels \(channels)") }
    guard !options.isEmpty else { return nil }
    return "standard input is \(header.description): its header is used, not \(options.joined(separator: ", "))"
  }

  private mutating func expect(_ header: StreamHeader) {
    expected = header.size
    isFilledUp = header.container != .au && (header.size ?? 0) % 2 == 1
  }

  /// The number of channels in the input where all are selected, otherwise 1.
  public var deliveredChannels: Int { selection.delivered(of: channels) }

  /// See `AudioSource`.
  ///
  /// - Throws: `badData` where the input ends within a frame or before its stated length, another recording with
  ///   another rate follows, or a float is not a number; `inputOutput` where it cannot be read.
  public mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    precondition(buffer.count >= deliveredChannels)
    while held < channels * format.width {
      if ended { return 0 }
      if expected == 0 {
        try passEnd()
      } else {
        try fill(upTo: min(buffer.count / deliveredChannels * channels * format.width, bytes.count))
      }
    }
    let frameWidth = channels * format.width
    let frames = min(held / frameWidth, buffer.count / deliveredChannels)
    let used = frames * frameWidth
    let data = bytes.elements
    // SAFETY: `data` outlives the call, because it belongs to this source.
    format.decode(
      RawSpan(_unsafeBytes: UnsafeRawBufferPointer(data)), frames: frames, channels: channels,
      selection: selection, into: &buffer)
    held -= used
    // The incomplete frame moves to the front.
    for index in 0..<held { data[index] = data[used + index] }
    if let bad = buffer.firstNaN(count: frames * deliveredChannels) {
      throw CaptureError(
        .badData, "sample \(position + bad / deliveredChannels) on standard input is not a number; check --encoding")
    }
    position += frames
    return frames * deliveredChannels
  }

  /// Reads bytes of samples after the held ones.
  private mutating func fill(upTo count: Int) throws(CaptureError) {
    let wanted = min(count - held, expected ?? .max)
    // SAFETY: `count` is at most the size of `bytes`, and `wanted` at most its free part.
    let free = UnsafeMutableRawBufferPointer(
      rebasing: UnsafeMutableRawBufferPointer(bytes.elements)[held..<(held + wanted)])
    let received = try input.read(into: free)
    if received > 0 {
      held += received
      expected = expected.map { $0 - received }
      return
    }
    ended = true
    if input.isStopped { return }
    if held > 0 { throw endWithinFrame() }
    if let expected {
      throw CaptureError(
        .badData,
        """
        standard input is torn: it ended after \(position) samples, \(expected / (channels * format.width)) are missing by \
        its header
        """)
    }
  }

  private func endWithinFrame() -> CaptureError {
    CaptureError(
      .badData,
      """
      standard input ended within a sample: \(held) of the \(channels * format.width) bytes of a frame came after \
      \(position) whole ones; check \(header == nil ? "--encoding and the number of channels" : "the program before it")
      """)
  }

  /// Processes the data after the stated end of the samples: chunks, another recording, or more samples.
  private mutating func passEnd() throws(CaptureError) {
    if isFilledUp, try input.peek(1).first == 0 { try input.skip(1) }
    isFilledUp = false
    while true {
      let head = try input.peek(8)
      guard head.count == 8 else {
        ended = true
        if held > 0 { throw endWithinFrame() }
        return
      }
      if let found = SoundHeader(try input.peek(SoundHeader.length)), [.wave, .wave64, .au].contains(found) {
        guard let next = try input.header(), next.sampleRate == sampleRate,
          selection.fits(next.channels), selection.delivered(of: next.channels) == deliveredChannels
        else {
          ended = true
          throw CaptureError(
            .badData,
            """
            another recording follows on standard input after \(position) samples; it was left out, for it is not of \
            \(sampleRate) Hz, or lacks the channel
            """)
        }
        if next.channels * next.format.width != channels * format.width {
          bytes = Storage(repeating: 0, count: next.channels * next.format.width * 4096)
        }
        format = next.format
        channels = next.channels
        // An incomplete frame at the end of the other recording is unusable.
        held = 0
        return expect(next)
      }
      let name = String(decoding: head.prefix(4), as: UTF8.self)
      guard WaveChunks.isKnown(name) else {
        // The size was never filled in, or overflowed 32 bits.
        expected = nil
        return
      }
      let size = Int(head.dropFirst(4).littleEndian)
      try input.skip(8 + size + size % 2)
    }
  }
}
