/// Reads headers from a stream, byte by byte, because samples may follow.
extension ByteStream {
  /// The header at the current position; nil where there is none, and then nothing has been read.
  ///
  /// - Throws: `badData` for an unsupported one, with a command that converts it.
  mutating func header() throws(CaptureError) -> StreamHeader? {
    guard let found = SoundHeader(try peek(SoundHeader.length)) else {
      if let name = try coded() { throw StreamHeader.unreadable(name, "is not read as a stream") }
      return nil
    }
    switch found {
    case .wave, .wave64:
      try skip(SoundHeader.length)
      return try wave(found)
    case .au:
      guard let header = try read(24) else { throw Self.cut(found) }
      let start = Int(header[4..<8].bigEndian)
      try skip(start - 24)
      return try StreamHeader(au: header)
    default: throw StreamHeader.unreadable(found.name, "is not read as a stream")
    }
  }

  private static func cut(_ header: SoundHeader) -> CaptureError {
    CaptureError(.badData, "standard input is \(header.name), but ends within its header")
  }

  /// The chunks of a WAV up to its samples.
  private mutating func wave(_ container: SoundHeader) throws(CaptureError) -> StreamHeader {
    var header: StreamHeader?
    var wideSize: UInt64 = 0
    while let head = try read(8) {
      let size = Int(head[4...].littleEndian)
      switch String(decoding: head[..<4], as: UTF8.self) {
      case "ds64" where 24...4096 ~= size:
        guard let body = try read(size + size % 2) else { throw Self.cut(container) }
        wideSize = body[8..<16].littleEndian
      case "fmt " where 14...4096 ~= size:
        guard let body = try read(size + size % 2) else { throw Self.cut(container) }
        header = try StreamHeader(container: container, waveFormat: body)
      case "data":
        guard var header else {
          throw CaptureError(.badData, "standard input is \(container.name), but its samples have no format")
        }
        if container == .wave64, size == Int(UInt32.max) {
          header.size = wideSize < 1 << 60 ? Int(wideSize) : nil
        } else {
          header.size = WaveChunks.isUnknown(size: UInt32(size)) ? nil : size
        }
        return header
      default: try skip(size + size % 2)
      }
    }
    throw Self.cut(container)
  }

  /// The name of a codec whose frames follow one another here: MPEG audio, AAC. Twelve sync bits can occur in samples;
  /// three frames in a row cannot.
  private mutating func coded() throws(CaptureError) -> String? {
    var offset = 0
    var first: MPEGFrame?
    for _ in 0..<3 {
      let bytes = try peek(offset + MPEGFrame.length)
      guard bytes.count == offset + MPEGFrame.length, let frame = MPEGFrame(bytes.dropFirst(offset)),
        first.map({ $0.kind == frame.kind }) ?? true
      else { return try hasTransportAAC() ? "AAC" : nil }
      first = frame
      offset += frame.size
    }
    return "MP3"
  }

  /// Whether three AAC frames with transport headers (ADTS) are here.
  private mutating func hasTransportAAC() throws(CaptureError) -> Bool {
    var offset = 0
    for _ in 0..<3 {
      let bytes = Array(try peek(offset + 6).dropFirst(offset))
      guard bytes.count == 6, bytes[0] == 0xFF, bytes[1] & 0xF6 == 0xF0 else { return false }
      let size = Int(bytes[3] & 3) << 11 | Int(bytes[4]) << 3 | Int(bytes[5] >> 5)
      guard size > 7 else { return false }
      offset += size
    }
    return true
  }
}
