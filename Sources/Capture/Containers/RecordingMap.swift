/// Locates the recordings in a file.
///
/// Compares the lengths in headers with the data. Separates chunks and tags from samples, and finds further recordings,
/// so that no audio in the file is ignored.
struct RecordingMap {
  /// In their order; empty where the file begins with an unknown format.
  private(set) var parts: [RecordingPart] = []

  var window: ByteWindow

  /// Scans a file.
  init(_ file: RegularFile) {
    window = ByteWindow(file)
    var offset = 0
    while offset < window.count, let (found, end) = recordings(at: offset), end > offset {
      parts += found
      offset = end
      guard !parts.isEmpty else { return }
      switch following(offset, mayBeSamples: false) {
      case .nothing: offset = window.count
      case .recording(let next): offset = next
      case .samples: break
      case .unknown(let place): offset = place
      }
    }
    if !parts.isEmpty, offset < window.count { leaveOut(from: offset) }
  }

  private mutating func leaveOut(from offset: Int) {
    let fault = RecordingPart.Fault.leftOut(
      "the \(window.count - offset) bytes from byte \(offset) on, which are in no known format")
    if parts[parts.count - 1].fault == nil { parts[parts.count - 1].fault = fault }
  }

  /// The recordings that begin with one header, and their end.
  private mutating func recordings(at offset: Int) -> (parts: [RecordingPart], end: Int)? {
    switch header(at: offset) {
    case .wave, .wave64: wave(at: offset)
    case .au: au(at: offset)
    case .aiff: aiff(at: offset)
    case .caf: caf(at: offset)
    case .sonyWave64: sonyWave64(at: offset)
    case .flac: flac(at: offset)
    case .ogg: ogg(at: offset)
    case .id3 where header(at: skippingTags(at: offset)) == .flac: flac(at: offset)
    case .id3, nil: mpeg(in: offset..<window.count)
    case .other: nil
    }
  }

  mutating func header(at offset: Int) -> SoundHeader? {
    window.bytes(at: offset, min(SoundHeader.length, window.count - offset)).flatMap { SoundHeader($0) }
  }

  /// The data after a recording.
  enum Following: Equatable {
    /// Nothing relevant: the end, padding, tags, chunks without samples.
    case nothing
    /// Another recording, which begins here.
    case recording(Int)
    /// Not a chunk: the samples continue.
    case samples
    /// Unknown bytes after tags or chunks; their start.
    case unknown(Int)
  }

  /// Classifies the data at the stated end of a recording.
  ///
  /// - Parameter mayBeSamples: whether the container consists of chunks like WAV.
  mutating func following(_ offset: Int, mayBeSamples: Bool) -> Following {
    var place = offset
    while true {
      // Fewer bytes than the head of a chunk are padding.
      if window.count - place < 8 || window.isPadding(from: place) { return .nothing }
      let next = skippingTags(at: place)
      if next > place {
        place = next
        continue
      }
      if let header = header(at: place), header != .id3 {
        if case .other = header { return .unknown(place) }
        return .recording(place)
      }
      if isMPEG(at: place) { return .recording(place) }
      guard let name = window.tag(at: place), let size = window.little(at: place + 4, 4) else { break }
      let end = place + 8 + Int(size)
      guard WaveChunks.isKnown(name) || mayBeSamples && isChain(at: place) else { break }
      // A truncated text chunk loses no audio.
      if end >= window.count { return .nothing }
      // Odd sizes are padded, but not by all writers.
      place = end + (size % 2 == 1 && window.bytes(at: end, 1)?.first == 0 ? 1 : 0)
    }
    return place == offset ? .samples : .unknown(place)
  }

  /// Whether chunks with any names lead from here exactly to the end of the file.
  private mutating func isChain(at offset: Int) -> Bool {
    var place = offset
    while window.count - place >= 8 {
      guard window.tag(at: place) != nil, let size = window.little(at: place + 4, 4) else { return false }
      place += 8 + Int(size)
      if place == window.count { return true }
      place += Int(size % 2)
    }
    return place <= window.count && window.isPadding(from: place)
  }

  /// The end of the tags that begin here: both kinds of ID3, and APE.
  mutating func skippingTags(at offset: Int) -> Int {
    var place = offset
    while place < window.count {
      guard let bytes = window.bytes(at: place, min(32, window.count - place)) else { return place }
      if bytes.starts(with: Array("ID3".utf8)), bytes.count >= 10 {
        let fields = Array(bytes.prefix(10))
        guard fields[6...9].allSatisfy({ $0 < 0x80 }) else { return place }
        let size = fields[6...9].reduce(0) { $0 << 7 | Int($1) }
        place += 10 + size + (fields[5] & 0x10 == 0 ? 0 : 10)
      } else if bytes.starts(with: Array("TAG".utf8)), window.count - place >= 128, bytes.dropFirst(3).first != 0x2B {
        place += 128
      } else if bytes.starts(with: Array("APETAGEX".utf8)), bytes.count == 32 {
        // The size covers the items and the footer.
        place += 32 + Int(bytes.dropFirst(12).prefix(4).littleEndian)
      } else {
        return place
      }
    }
    return min(place, window.count)
  }
}
