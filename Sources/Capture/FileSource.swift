import CSndfile
import Glibc

/// A recording, mixed down to mono: WAV, FLAC, OGG (Vorbis, Opus) and whatever else libsndfile reads.
///
/// A torn file delivers what it has and then throws: half a recording should not pass for a whole one.
public struct FileSource: FrameSource, ~Copyable {
  /// Samples per second, as the file says.
  public let sampleRate: Int
  /// Channels in the file; `read` delivers their mean.
  public let channels: Int
  /// Samples that the file says it has, per channel; nil where it cannot be known (a pipe, a recorder that was killed).
  public let frameCount: Int?

  private let path: String
  // SAFETY: opened in `init`, closed in `deinit`; move-only, so it is used by one thread at a time.
  private let file: OpaquePointer
  private let interleaved: Storage<Float>
  /// How many frames the header promises beyond those that are there, in words.
  private let torn: String?
  /// Frames delivered.
  private var position = 0

  /// The length in seconds, where it is known.
  public var duration: Double? { frameCount.map { Double($0) / Double(sampleRate) } }

  /// Opens a recording and reads its header.
  ///
  /// - Parameter path: Of the file, relative to the working directory or absolute.
  /// - Throws: `noInput` where there is no such file or it may not be read, `badData` where it is no recording, has a
  ///   damaged header or holds no samples.
  public init(path: String) throws(CaptureError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw CaptureError(.noInput, "cannot open \(path): \(systemMessage(errno))")
    }
    var status = stat()
    if fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFDIR {
      close(descriptor)
      throw CaptureError(.noInput, "\(path) is a folder: name the recordings in it")
    }
    var info = SF_INFO()
    // The file descriptor is libsndfile's from here on, also where it fails.
    guard let file = sf_open_fd(descriptor, Int32(SFM_READ), &info, 1) else {
      if status.st_mode & S_IFMT == S_IFREG, status.st_size == 0 {
        throw CaptureError(.badData, "\(path) is empty")
      }
      throw CaptureError(
        .badData, "\(path) is not a readable recording: \(libraryMessage(nil)) (WAV, FLAC and OGG are, for example)")
    }
    let torn = Damage(file: file, info: info)
    guard info.frames > 0 else {
      sf_close(file)
      throw CaptureError(.badData, "\(path) holds no samples" + (torn.map { ": \($0.message)" } ?? ""))
    }
    guard StandardInputSource.sampleRates.contains(Int(info.samplerate)) else {
      sf_close(file)
      throw CaptureError(
        .badData, "\(path) has a sample rate of \(info.samplerate) Hz; rates from 4000 to 384000 can be used")
    }
    self.path = path
    self.file = file
    self.torn = torn?.message
    sampleRate = Int(info.samplerate)
    channels = Int(info.channels)
    // A FLAC whose writer was killed does not know its length: libsndfile says the largest number then.
    frameCount = info.seekable == 0 || info.frames == .max ? nil : Int(info.frames)
    interleaved = Storage(repeating: 0, count: channels == 1 ? 0 : 4096 * channels)
  }

  deinit { sf_close(file) }

  /// See `FrameSource`.
  ///
  /// - Throws: `badData` where the file ends before its header says so or a sample is not a number.
  public mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
    precondition(!buffer.isEmpty)
    let count: Int
    if channels == 1 {
      let file = file
      // SAFETY: libsndfile writes at most `count` floats.
      count = buffer.withUnsafeMutableBufferPointer { Int(sf_readf_float(file, $0.baseAddress, sf_count_t($0.count))) }
      for index in 0..<count { buffer[index] = buffer[index].clampedToFullScale }
    } else {
      let data = interleaved.elements
      let wanted = min(buffer.count, data.count / channels)
      // SAFETY: `data` has room for `wanted` frames of `channels` floats.
      count = Int(sf_readf_float(file, data.baseAddress, sf_count_t(wanted)))
      // SAFETY: `data` outlives the call, as it belongs to this source.
      SampleFormat.f32.decode(
        RawSpan(_unsafeBytes: UnsafeRawBufferPointer(data)), frames: count, channels: channels, into: &buffer)
    }
    if let bad = buffer.firstNaN(count: count) {
      let sample = position + bad
      throw CaptureError(
        .badData, "\(path): sample \(sample), at \(seconds(sample)) s, is not a number; the file is damaged")
    }
    if count == 0 { try checkEnd() }
    position += count
    return count
  }

  /// Throws where the end is not where the header put it.
  private func checkEnd() throws(CaptureError) {
    let after = "after \(position) samples (\(seconds(position)) s)"
    if let torn {
      throw CaptureError(.badData, "\(path) is torn: it ends \(after), \(torn)")
    }
    if let frameCount, position < frameCount {
      throw CaptureError(.badData, "\(path) is torn: it ends \(after), \(frameCount - position) samples are missing")
    }
    if sf_error(file) != SF_ERR_NO_ERROR {
      throw CaptureError(.badData, "\(path) is damaged \(after): \(libraryMessage(file))")
    }
  }

  private func seconds(_ sample: Int) -> Double {
    (Double(sample) / Double(sampleRate) * 1000).rounded() / 1000
  }
}

/// libsndfile's words for its last error; `nil` for that of the last open.
func libraryMessage(_ file: OpaquePointer?) -> String {
  // SAFETY: libsndfile's texts are terminated and lie in `file` or in static memory.
  var message = String(cString: sf_strerror(file))
  for prefix in ["Error : ", "System error : "] where message.hasPrefix(prefix) { message.removeFirst(prefix.count) }
  while message.hasSuffix(".") || message.hasSuffix("\n") { message.removeLast() }
  return message
}

/// What a header promises beyond the end of its file.
///
/// libsndfile cuts such a file short without an error; only its log of the header tells, in lines such as
/// `data : 32000 (should be 15979)`.
private struct Damage {
  let message: String

  /// Sizes from here on stand for "not known" in headers that were written to a pipe.
  private static let unknownSize = 0x7FFF_F000

  init?(file: OpaquePointer, info: SF_INFO) {
    guard let sizes = Self.sizes(file: file, info: info), sizes.promised < Self.unknownSize else { return nil }
    let missing = sizes.promised - sizes.present
    let frameWidth = Self.sampleWidth(info).map { $0 * Int(info.channels) }
    if missing > 0 {
      // Present bytes that do not fill a frame are of no use, so that frame is missing too.
      let frames = frameWidth.map { ($0 - 1 + missing) / $0 }
      message = frames.map { "\($0) samples are missing" } ?? "\(missing) bytes are missing"
    } else if let frameWidth, sizes.promised % frameWidth != 0, sizes.isExact {
      message = "within a sample: \(sizes.promised % frameWidth) of its \(frameWidth) bytes are there"
    } else {
      return nil
    }
  }

  /// Bytes of the chunk that holds the samples; `isExact` where it holds nothing else.
  private static func sizes(file: OpaquePointer, info: SF_INFO) -> (promised: Int, present: Int, isExact: Bool)? {
    let marker: String
    switch info.format & Int32(bitPattern: UInt32(SF_FORMAT_TYPEMASK)) {
    case Int32(SF_FORMAT_WAV), Int32(SF_FORMAT_WAVEX): marker = "data : "
    case Int32(SF_FORMAT_AIFF): marker = " SSND : "
    case Int32(SF_FORMAT_W64): marker = "riff : "
    default: return nil
    }
    let log = withUnsafeTemporaryAllocation(of: CChar.self, capacity: 16_384) { buffer in
      // SAFETY: libsndfile writes at most `count` bytes and ends them with a zero.
      sf_command(file, Int32(SFC_GET_LOG_INFO), buffer.baseAddress, Int32(buffer.count))
      buffer[buffer.count - 1] = 0
      return String(cString: buffer.baseAddress!)
    }
    guard let line = log.split(separator: "\n").first(where: { $0.hasPrefix(marker) }) else { return nil }
    let numbers = line.split(whereSeparator: { !$0.isASCII || !$0.isNumber }).compactMap { Int($0) }
    guard let promised = numbers.first else { return nil }
    let present = line.contains("should be") ? numbers[1] : promised
    return (promised, present, marker == "data : ")
  }

  /// Bytes per sample where every sample takes the same.
  private static func sampleWidth(_ info: SF_INFO) -> Int? {
    switch info.format & Int32(SF_FORMAT_SUBMASK) {
    case Int32(SF_FORMAT_PCM_S8), Int32(SF_FORMAT_PCM_U8): 1
    case Int32(SF_FORMAT_ULAW), Int32(SF_FORMAT_ALAW): 1
    case Int32(SF_FORMAT_PCM_16): 2
    case Int32(SF_FORMAT_PCM_24): 3
    case Int32(SF_FORMAT_PCM_32), Int32(SF_FORMAT_FLOAT): 4
    case Int32(SF_FORMAT_DOUBLE): 8
    default: nil
    }
  }
}
