import CSndfile

/// Data that a header states beyond the end of its file.
///
/// libsndfile truncates such a file without an error; only its log of the header shows it, in lines such as `data :
/// 32000 (should be 15979)`.
struct Damage {
  let message: String

  init?(file: OpaquePointer, info: SF_INFO) {
    guard let sizes = Self.sizes(file: file, info: info) else { return nil }
    if let size = UInt32(exactly: sizes.promised), WaveChunks.isUnknown(size: size) { return nil }
    let missing = sizes.promised - sizes.present
    let frameWidth = Self.sampleWidth(info).map { $0 * Int(info.channels) }
    if missing > 0 {
      // Bytes at the end that do not fill a frame are unusable, so that frame is missing, too.
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
      // SAFETY: libsndfile writes at most `count` bytes and terminates them with a zero.
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

  /// Bytes per sample, for encodings with a constant sample size.
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
