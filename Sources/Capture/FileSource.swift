import CSndfile
import Glibc
import Support

/// A recording, by default mixed to mono: WAV, FLAC, OGG (Vorbis, Opus) and all other formats of libsndfile.
///
/// A file is read to its end, regardless of the length in its header. Of joined files, all recordings with the same
/// rate are delivered in sequence. A truncated file delivers its samples and then throws, so that half a recording does
/// not pass for a whole one.
public struct FileSource: AudioSource, ~Copyable {
  /// Samples per second, from the file.
  public let sampleRate: Int
  /// Channels in the file.
  public let channels: Int
  /// The header's number of samples per channel; nil where it is missing or unreliable: a pipe, a recorder that was
  /// killed, MPEG audio without a count of its frames, several recordings in one file.
  public let frameCount: Int?

  private let path: String
  private let selection: ChannelSelection
  private let source: RegularFile?
  private let parts: [RecordingPart]
  /// The index of the open part.
  private var index: Int
  private var part: OpenPart
  private var interleaved: Storage<Float>
  /// The first fault of the parts before the open one, in a sentence.
  private var fault: String?
  /// libsndfile's first message about the data of the open part, in a sentence.
  private var damage: String?
  /// Frames delivered.
  private var position = 0
  /// Frames delivered of the open part.
  private var partPosition = 0

  /// The length in seconds, if known.
  public var duration: Double? { frameCount.map { Double($0) / Double(sampleRate) } }

  /// Opens a recording and reads its header.
  ///
  /// - Parameters:
  ///   - path: Of the file, relative to the working directory or absolute.
  ///   - channel: The channels to deliver.
  /// - Throws: `noInput` where the file does not exist or is not readable, `badData` where it is not a recording, has a
  ///   damaged header, contains no samples or lacks the channel.
  public init(path: String, channel: ChannelSelection = .mix) throws(CaptureError) {
    let descriptor = open(path.cPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CaptureError(.noInput, "cannot open \(path): \(systemMessage(errno))")
    }
    try self.init(descriptor: descriptor, path: path, channel: channel)
  }

  /// Opens a spooled pipe from its beginning; only one such source at a time.
  ///
  /// - Throws: as for a file.
  package init(_ recording: SpooledRecording, channel: ChannelSelection = .mix) throws(CaptureError) {
    try self.init(descriptor: recording.rewound(), path: recording.name, isNamed: false, channel: channel)
  }

  /// - Parameters:
  ///   - descriptor: open for reading; closed with this source, also where this throws.
  ///   - path: for error messages.
  ///   - isNamed: whether the path is that of a file.
  ///   - channel: the channels to deliver.
  private init(
    descriptor: Int32, path: String, isNamed: Bool = true, channel: ChannelSelection
  ) throws(CaptureError) {
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw CaptureError(.noInput, "\(path) is a folder: name the recordings in it")
    }
    let head = FileKind.head(of: descriptor)
    let isRegular = status.st_mode & S_IFMT == S_IFREG
    let source = isRegular ? RegularFile(descriptor: descriptor, count: Int(status.st_size)) : nil
    var parts = source.map { RecordingMap($0).parts } ?? []
    let whole = RecordingPart(body: 0..<(source?.count ?? 0))
    if parts.isEmpty { parts = [whole] }
    var index = 0
    var opened = source.map { OpenPart(parts[0], of: $0) } ?? OpenPart(descriptor: descriptor)
    // A file that cannot be read part by part may be readable as a whole; otherwise the error is more specific.
    if opened == nil, let source, parts != [whole] {
      parts = [whole]
      opened = OpenPart(whole, of: source)
    }
    guard var part = consume opened else {
      if isRegular, status.st_size == 0 { throw CaptureError(.badData, "\(path) is empty") }
      let advice = FileKind(name: isNamed ? path : "", head: head).advice(path: isNamed ? path : nil)
      throw CaptureError(
        .badData,
        "\(path) is not a readable recording: "
          + (advice ?? "\(libraryMessage(nil)) (WAV, FLAC and OGG are, for example)"))
    }
    // Further recordings may follow an empty one.
    while part.info.frames == 0, index + 1 < parts.count, let source {
      guard let next = OpenPart(parts[index + 1], of: source) else { break }
      part = next
      index += 1
    }
    guard part.info.frames > 0 else {
      throw CaptureError(.badData, "\(path) holds no samples" + (part.torn.map { ": \($0)" } ?? ""))
    }
    guard StandardInputSource.sampleRates.contains(Int(part.info.samplerate)) else {
      throw CaptureError(
        .badData, "\(path) has a sample rate of \(part.info.samplerate) Hz; rates from 4000 to 384000 can be used")
    }
    guard channel.fits(Int(part.info.channels)) else {
      throw CaptureError(.badData, "\(path) has \(channel.lack(of: Int(part.info.channels)))")
    }
    self.path = path
    selection = channel
    self.source = source
    self.parts = parts
    self.index = index
    sampleRate = Int(part.info.samplerate)
    channels = Int(part.info.channels)
    frameCount = parts.count == 1 ? part.frameCount : nil
    interleaved = Self.buffer(channels: channels)
    self.part = part
  }

  /// The number of channels in the file where all are selected, otherwise 1.
  public var deliveredChannels: Int { selection.delivered(of: channels) }

  /// Buffer for interleaved samples, where they are not delivered unchanged.
  private static func buffer(channels: Int) -> Storage<Float> {
    Storage(repeating: 0, count: channels == 1 ? 0 : 4096 * channels)
  }

  /// See `AudioSource`.
  ///
  /// - Throws: `badData` where the file ends before its stated length, part of it was left out, or a sample is not a
  ///   number.
  public mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    precondition(buffer.count >= deliveredChannels)
    while true {
      let count = readPart(into: &buffer)
      if let bad = buffer.firstNaN(count: count * deliveredChannels) {
        let sample = position + bad / deliveredChannels
        throw CaptureError(
          .badData, "\(path): sample \(sample), at \(seconds(sample)) s, is not a number; the file is damaged")
      }
      position += count
      partPosition += count
      noteDamage()
      if count > 0 { return count * deliveredChannels }
      if fault == nil { fault = partFault() }
      guard openNext() else { break }
    }
    if let fault { throw CaptureError(.badData, fault) }
    return 0
  }

  /// The next frames of the open part; 0 at its end.
  private func readPart(into buffer: inout MutableSpan<Float>) -> Int {
    let file = part.file
    let channels = Int(part.info.channels)
    if channels == 1 {
      // SAFETY: libsndfile writes at most `count` floats.
      let count = buffer.withUnsafeMutableBufferPointer {
        Int(sf_readf_float(file, $0.baseAddress, sf_count_t($0.count)))
      }
      for index in 0..<count { buffer[index] = buffer[index].clampedToFullScale }
      return count
    }
    let data = interleaved.elements
    let wanted = min(buffer.count / deliveredChannels, data.count / channels)
    // SAFETY: `data` has room for `wanted` frames of `channels` floats.
    let count = Int(sf_readf_float(file, data.baseAddress, sf_count_t(wanted)))
    // SAFETY: `data` outlives the call, because it belongs to this source.
    SampleFormat.f32.decode(
      RawSpan(_unsafeBytes: UnsafeRawBufferPointer(data)), frames: count, channels: channels, selection: selection,
      into: &buffer)
    return count
  }

  /// Keeps the first error of the last read. Data after the stated number of samples cannot be damaged.
  private mutating func noteDamage() {
    guard damage == nil, sf_error(part.file) != SF_ERR_NO_ERROR,
      part.part.statedFrames.map({ partPosition < $0 }) ?? true
    else { return }
    let after = "after \(position) samples (\(seconds(position)) s)"
    damage = "\(path) is damaged \(after): \(libraryMessage(part.file))"
  }

  /// The fault of the part that has just ended, in a sentence; nil where there is none.
  private func partFault() -> String? {
    let after = "after \(position) samples (\(seconds(position)) s)"
    if let torn = part.torn { return "\(path) is torn: it ends \(after), \(torn)" }
    if let frames = part.frameCount, partPosition < frames {
      return "\(path) is torn: it ends \(after), \(frames - partPosition) samples are missing"
    }
    // The first frames of a stream that was cut out of a longer one may not be decodable.
    if let frames = part.part.countedFrames, partPosition + 4 * 1152 < frames {
      return "\(path) is damaged: \(frames - partPosition) samples cannot be decoded \(after)"
    }
    if let damage { return damage }
    if case .leftOut(let what) = part.part.fault { return "\(path): left out \(after): \(what)" }
    return nil
  }

  /// Opens the next readable part; false where there is none.
  private mutating func openNext() -> Bool {
    while index + 1 < parts.count, let source {
      index += 1
      let after = "after \(position) samples (\(seconds(position)) s)"
      guard let next = OpenPart(parts[index], of: source) else {
        let reason = libraryMessage(nil)
        fault = fault ?? "\(path): a recording \(after) was left out, for it cannot be read: \(reason)"
        continue
      }
      guard Int(next.info.samplerate) == sampleRate else {
        fault =
          fault ?? """
            \(path): a recording \(after) was left out, for its rate of \(next.info.samplerate) Hz is not that of the first, \
            \(sampleRate) Hz; convert the file, as with ffmpeg
            """
        continue
      }
      guard selection.fits(Int(next.info.channels)),
        selection.delivered(of: Int(next.info.channels)) == deliveredChannels
      else {
        fault =
          fault ?? """
            \(path): a recording \(after) was left out, for it has \(next.info.channels) channels and not \(channels), as the \
            first; convert the file, as with ffmpeg
            """
        continue
      }
      if next.info.channels > 1, interleaved.count < 4096 * Int(next.info.channels) {
        interleaved = Self.buffer(channels: Int(next.info.channels))
      }
      part = next
      partPosition = 0
      damage = nil
      return true
    }
    return false
  }

  private func seconds(_ sample: Int) -> Double {
    (Double(sample) / Double(sampleRate) * 1000).rounded() / 1000
  }
}

/// libsndfile's message for its last error; `nil` for that of the last open.
func libraryMessage(_ file: OpaquePointer?) -> String {
  // SAFETY: libsndfile's texts are terminated and lie in `file` or in static memory.
  var message = String(cString: sf_strerror(file))
  for prefix in ["Error : ", "System error : "] where message.hasPrefix(prefix) { message.removeFirst(prefix.count) }
  while message.hasSuffix(".") || message.hasSuffix("\n") { message.removeLast() }
  return message
}
