extension RecordingMap {
  /// Whether two consecutive frames of MPEG audio are here, or one that ends at the end of the file.
  mutating func isMPEG(at offset: Int) -> Bool { chainedFrame(at: offset, end: window.count) != nil }

  /// A frame that is followed by another of its kind or by the end.
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
    /// Frames with audio.
    var frames = 0
    /// Samples per frame.
    var samples: Int
    /// The contents of the information frame: the number of frames, and the start of the first.
    var stated: (frames: Int, start: Int)?

    func part(end: Int) -> RecordingPart {
      // Encoders that count their frames also store the number of padding samples, which libsndfile omits.
      if let stated, stated.frames == frames { return RecordingPart(body: start..<end) }
      var part = RecordingPart(
        body: (stated?.start ?? start)..<end, isEndless: true, countedFrames: frames * samples)
      // Some encoders also count the information frame.
      if let stated, stated.frames > frames + 1 {
        part.fault = .torn("\((stated.frames - frames) * samples) samples are missing")
      }
      return part
    }
  }

  /// The MPEG audio streams in a range of bytes; nil where it begins with none.
  ///
  /// A stream ends where frames of another kind begin, or where another information frame shows that files were joined.
  mutating func mpeg(in range: Range<Int>) -> (parts: [RecordingPart], end: Int)? {
    /// Bytes of junk that are ignored silently: part of a frame where a stream was cut out of a longer one.
    let tolerated = 2048
    var (parts, stream): ([RecordingPart], Stream?) = ([], nil)
    var (place, end, junk) = (range.lowerBound, range.lowerBound, 0)
    // Whether a frame ended here, so that a header alone identifies the next.
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
        // Decoders stop at junk, so the data after it is read as another stream.
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
      // Neither a frame nor a tag: padding, or junk. The start of a file is searched for at most the length of a tag.
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

  /// The number of frames in the information frame; nil for an ordinary frame.
  private mutating func statedFrames(at offset: Int, _ frame: MPEGFrame) -> Int? {
    guard frame.kind.layer == 3, let mark = window.tag(at: offset + frame.markOffset), ["Xing", "Info"].contains(mark)
    else { return nil }
    let hasCount = window.big(at: offset + frame.markOffset + 4, 4).map { $0 & 1 != 0 } ?? false
    return hasCount ? window.big(at: offset + frame.markOffset + 8, 4).map { Int($0) } ?? 0 : 0
  }
}
