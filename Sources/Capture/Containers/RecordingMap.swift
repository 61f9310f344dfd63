/// Where the recordings in a file lie.
///
/// Lengths that headers state are compared with what is there. Chunks and tags that follow samples are told from samples, and
/// recordings that follow recordings are found, so that nothing of a file is passed over.
struct RecordingMap {
  /// In their order; empty where the file begins with nothing that is known here.
  private(set) var parts: [RecordingPart] = []

  var window: ByteWindow

  /// Looks through a file.
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

  /// The recordings that begin with one header, and where they end.
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

  /// What stands behind a recording.
  enum Following: Equatable {
    /// Nothing that matters: the end, padding, tags, chunks that hold no samples.
    case nothing
    /// Another recording, which begins here.
    case recording(Int)
    /// No chunk: the samples go on.
    case samples
    /// Bytes behind tags or chunks that are neither; where they begin.
    case unknown(Int)
  }

  /// Says what stands at a place where a recording ends by what it states.
  ///
  /// - Parameter mayBeSamples: whether it is a container of chunks as WAV is.
  mutating func following(_ offset: Int, mayBeSamples: Bool) -> Following {
    var place = offset
    while true {
      // Less than the head of a chunk is padding.
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
      // A chunk of text that was cut off loses no sound.
      if end >= window.count { return .nothing }
      // Odd sizes are filled up; not by all writers.
      place = end + (size % 2 == 1 && window.bytes(at: end, 1)?.first == 0 ? 1 : 0)
    }
    return place == offset ? .samples : .unknown(place)
  }

  /// Whether chunks, of whatever names, lead from here to the very end of the file.
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

  /// Where the tags that begin here end: ID3 of both kinds, APE.
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
        // The size is that of the items and the footer.
        place += 32 + Int(bytes.dropFirst(12).prefix(4).littleEndian)
      } else {
        return place
      }
    }
    return min(place, window.count)
  }
}
