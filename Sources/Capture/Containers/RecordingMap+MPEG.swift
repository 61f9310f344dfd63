extension RecordingMap {
  /// Whether two frames of MPEG audio stand here, one behind the other, or one that ends where the file does.
  mutating func isMPEG(at offset: Int) -> Bool { chainedFrame(at: offset, end: window.count) != nil }

  /// A frame that another of its kind, or the end, follows.
  private mutating func chainedFrame(at offset: Int, end: Int) -> MPEGFrame? {
    guard let frame = frame(at: offset, end: end) else { return nil }
    let next = offset + frame.size
    if next == end { return frame }
    if let second = self.frame(at: next, end: end), second.kind == frame.kind { return frame }
    return next < end && skippingTags(at: next) > next ? frame : nil
  }

  private mutating func frame(at offset: Int, end: Int) -> MPEGFrame? {
    guard offset + MPEGFrame.length <= end else { return nil }
    return window.bytes(at: offset, MPEGFrame.length).flatMap { MPEGFrame($0) }
  }

  /// A stream of frames of one kind.
  private struct Stream {
    var start: Int
    var kind: MPEGFrame.Kind
    /// Frames of sound.
    var frames = 0
    /// Samples of a frame.
    var samples: Int
    /// What the frame of information says: how many frames there are, and where the first of them begins.
    var stated: (frames: Int, start: Int)?

    func part(end: Int) -> RecordingPart {
      // An encoder that counts its frames also says how many samples of them are padding: libsndfile leaves these out.
      if let stated, stated.frames == frames { return RecordingPart(body: start..<end) }
      var part = RecordingPart(
        body: (stated?.start ?? start)..<end, isEndless: true, countedFrames: frames * samples)
      // Some encoders count the frame of information, too.
      if let stated, stated.frames > frames + 1 {
        part.fault = .torn("\((stated.frames - frames) * samples) samples are missing")
      }
      return part
    }
  }

  /// The streams of MPEG audio in a range of bytes; nil where it begins with none.
  ///
  /// A stream ends where frames of another kind begin, or where another frame of information shows that files were joined.
  mutating func mpeg(in range: Range<Int>) -> (parts: [RecordingPart], end: Int)? {
    /// Bytes of junk that are no reason to speak of it: part of a frame where a stream was cut out of a longer one.
    let tolerated = 2048
    var (parts, stream): ([RecordingPart], Stream?) = ([], nil)
    var (place, end, junk) = (range.lowerBound, range.lowerBound, 0)
    // Whether a frame ended just here, so that a header alone is enough to find the next.
    var isAligned = false
    var fault: RecordingPart.Fault?

    func close() {
      if let stream, stream.frames > 0 { parts.append(stream.part(end: end)) }
      stream = nil
    }

    while place < range.upperBound {
      let isNext = isAligned && frame(at: place, end: range.upperBound)?.kind == stream?.kind
      if let frame = isNext ? frame(at: place, end: range.upperBound) : chainedFrame(at: place, end: range.upperBound) {
        guard place + frame.size <= range.upperBound else {
          fault = .torn("its last frame is not complete")
          break
        }
        let count = statedFrames(at: place, frame)
        // Decoders give up at junk, so what follows it is read as another stream.
        if count != nil || stream?.kind != frame.kind || end < place { close() }
        if stream == nil { stream = Stream(start: place, kind: frame.kind, samples: frame.samples) }
        place += frame.size
        if let count {
          stream?.stated = (count, place)
        } else {
          stream?.frames += 1
        }
        end = place
        isAligned = true
        continue
      }
      isAligned = false
      let next = min(skippingTags(at: place), range.upperBound)
      if next > place {
        place = next
        continue
      }
      if !parts.isEmpty || stream != nil, let header = header(at: place), header != .id3 { break }
      // Neither a frame nor a tag: padding, or junk. The beginning of a file is not looked for farther than a tag is long.
      if window.bytes(at: place, 1)?.first != 0 { junk += 1 }
      place += 1
      if stream == nil, parts.isEmpty, place - range.lowerBound > 1 << 16 { return nil }
    }
    close()
    guard !parts.isEmpty else { return nil }
    if fault == nil, junk > tolerated { fault = .leftOut("\(junk) bytes that are no frames of MPEG audio") }
    if fault != nil { parts[parts.count - 1].fault = fault }
    return (parts, fault == nil && place < range.upperBound ? place : range.upperBound)
  }

  /// How many frames the frame of information says there are; nil where it is an ordinary frame.
  private mutating func statedFrames(at offset: Int, _ frame: MPEGFrame) -> Int? {
    guard frame.kind.layer == 3, let mark = window.tag(at: offset + frame.markOffset), ["Xing", "Info"].contains(mark)
    else { return nil }
    let hasCount = window.big(at: offset + frame.markOffset + 4, 4).map { $0 & 1 != 0 } ?? false
    return hasCount ? window.big(at: offset + frame.markOffset + 8, 4).map { Int($0) } ?? 0 : 0
  }
}
