import CSndfile
import Glibc
import Support

/// Writes a stream to a file with 24 bits per sample: FLAC or WAV, depending on the file extension.
///
/// Converters deliver at most 24 bits. Samples with more (floats, mixed channels) are rounded in place, so that later
/// stages get the samples of the recording, bit for bit.
///
/// The file is readable at any moment: a WAV's header is updated every second, a FLAC is a stream of blocks. A WAV of
/// more than 4 GB becomes an RF64.
struct Recorder: ~Copyable {
  /// Whether the file extension is supported for recording.
  static func canWrite(_ path: String) -> Bool { format(path) != nil }

  private static let fullScale: Float = 0x1p23

  private let path: String
  private let sampleRate: Int
  private let channels: Int
  // SAFETY: opened in `init`, closed in `deinit`; move-only, so it is used by one thread at a time.
  private let file: OpaquePointer
  private let bytes: RecorderBytes
  private let steps: Storage<Int32>
  private let hasHeader: Bool
  private var written = 0
  private var headerDue: Int
  /// Bytes up to the end of the last successful write.
  private var wholeBytes = 0
  private var hasFailed = false
  private var isClosed = false

  /// Creates the file, or truncates it where it exists. Only its owner can read it, because speech is private.
  ///
  /// - Throws: `usage` for a name that ends in neither .flac nor .wav, `inputOutput` where it cannot be created.
  init(path: String, sampleRate: Int, channels: Int = 1) throws(CaptureError) {
    guard let format = Self.format(path) else {
      throw CaptureError(.usage, "cannot record to \(path): its name must end in .flac or .wav")
    }
    let descriptor = open(path.cPath, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw CaptureError(.inputOutput, "cannot record to \(path): \(systemMessage(errno))")
    }
    let bytes = RecorderBytes(descriptor: descriptor)
    var info = SF_INFO()
    info.samplerate = Int32(sampleRate)
    info.channels = Int32(channels)
    info.format = Int32(format | SF_FORMAT_PCM_24)
    guard let file = bytes.open(&info) else {
      bytes.close()
      throw CaptureError(.inputOutput, "cannot record to \(path): \(bytes.message(libraryMessage(nil)))")
    }
    // A plain WAV for as long as its sizes fit.
    sf_command(file, Int32(SFC_RF64_AUTO_DOWNGRADE), nil, Int32(SF_TRUE))
    self.path = path
    self.sampleRate = sampleRate
    self.channels = channels
    self.file = file
    self.bytes = bytes
    hasHeader = format == SF_FORMAT_RF64
    headerDue = sampleRate
    steps = Storage(repeating: 0, count: 4096 * channels)
  }

  deinit { if !isClosed { _ = Self.close(file, bytes, keeping: hasFailed && !hasHeader ? wholeBytes : nil) } }

  /// Writes the rest of the encoder's data and closes the file; no write may follow.
  ///
  /// - Throws: `inputOutput` where data is lost and no earlier error reported it.
  mutating func finish() throws(CaptureError) {
    guard !isClosed else { return }
    isClosed = true
    let isWhole = Self.close(file, bytes, keeping: hasFailed && !hasHeader ? wholeBytes : nil)
    guard isWhole || hasFailed else {
      throw CaptureError(
        .inputOutput, "the recording \(path) is not whole, for its end cannot be written: \(bytes.message("no reason"))"
      )
    }
  }

  /// - Parameter size: the size to which the file is cut; nil keeps all of it. Half a block of FLAC would count as
  ///   damage.
  /// - Returns: whether all data was written.
  private static func close(_ file: OpaquePointer, _ bytes: RecorderBytes, keeping size: Int?) -> Bool {
    sf_close(file)
    if let size { ftruncate(bytes.descriptor, size) }
    bytes.close()
    return bytes.failure == 0
  }

  /// Rounds the first `count` samples, which are whole frames, to 24 bits and appends them.
  ///
  /// - Throws: `inputOutput` where they cannot be written, such as on a full disk; the file then keeps the data written
  ///   before.
  mutating func write(_ samples: inout MutableSpan<Float>, count: Int) throws(CaptureError) {
    let steps = steps.elements
    var start = 0
    while start < count {
      let size = min(steps.count, count - start)
      for index in 0..<size {
        let sample = samples[start + index]
        // Non-finite samples cannot be recorded, and become silence.
        let step = sample.isNaN ? 0 : min((sample * Self.fullScale).rounded(), Self.fullScale - 1)
        samples[start + index] = step / Self.fullScale
        steps[index] = Int32(step) << 8
      }
      // SAFETY: `steps` holds `size` samples.
      let taken = Int(sf_writef_int(file, steps.baseAddress, sf_count_t(size / channels)))
      written += max(taken, 0)
      if taken < size / channels {
        hasFailed = true
        let seconds = written / sampleRate
        throw CaptureError(
          .inputOutput,
          "the recording \(path) ends after \(seconds) s, for it cannot be written: \(bytes.message(libraryMessage(file)))"
        )
      }
      start += size
    }
    wholeBytes = Int(lseek(bytes.descriptor, 0, SEEK_CUR))
    if hasHeader, written >= headerDue {
      sf_command(file, Int32(SFC_UPDATE_HEADER_NOW), nil, 0)
      headerDue = written + sampleRate
    }
  }

  private static func format(_ path: String) -> Int? {
    switch path.lowercased() {
    case let name where name.hasSuffix(".flac"): SF_FORMAT_FLAC
    case let name where name.hasSuffix(".wav"): SF_FORMAT_RF64
    default: nil
    }
  }
}
