extension RecordingMap {
  /// An AU, and its end.
  mutating func au(at offset: Int) -> (parts: [RecordingPart], end: Int)? {
    guard let start = window.big(at: offset + 4, 4), let size = window.big(at: offset + 8, 4),
      let header = window.bytes(at: offset, 24).map(Array.init), start >= 24, offset + Int(start) <= window.count
    else { return ([RecordingPart(body: offset..<window.count)], window.count) }
    let samples = offset + Int(start)
    let end = samples + Int(size)
    if WaveChunks.isUnknown(size: UInt32(size)) && end > window.count {
      return ([RecordingPart(body: offset..<window.count)], window.count)
    }
    guard end <= window.count else {
      let fault = RecordingPart.Fault.torn("\(end - window.count) bytes are missing")
      return ([RecordingPart(body: offset..<window.count, fault: fault)], window.count)
    }
    if following(end, mayBeSamples: false) != .samples { return ([RecordingPart(body: offset..<end)], end) }
    // A size that was never filled in, or that overflowed 32 bits: all ones mean "to the end".
    let unknown = header[..<4] + [0, 0, 0, 24, 0xFF, 0xFF, 0xFF, 0xFF] + header[12...]
    return ([RecordingPart(header: Array(unknown), body: samples..<window.count)], window.count)
  }

  /// An AIFF, and its end.
  mutating func aiff(at offset: Int) -> (parts: [RecordingPart], end: Int)? {
    let whole = ([RecordingPart(body: offset..<window.count)], window.count)
    var place = offset + 12
    while let name = window.tag(at: place), let size = window.big(at: place + 4, 4) {
      let end = place + 8 + Int(size)
      if name == "SSND" {
        // Truncated, or with size 0, which libsndfile takes as "to the end".
        guard size > 8, end <= window.count else { return whole }
        let next = followingChunks(end + Int(size % 2))
        if let next { return ([RecordingPart(body: offset..<next)], next) }
        guard var header = window.bytes(at: offset, place + 16 - offset).map(Array.init) else { return whole }
        for index in 0..<4 { header[place + 4 + index - offset] = 0 }
        return ([RecordingPart(header: header, body: (place + 16)..<window.count)], window.count)
      }
      // libsndfile also reads chunks after the samples.
      place = end + Int(size % 2)
    }
    return whole
  }

  /// The end of the AIFF chunks that begin here; nil where other data is here.
  private mutating func followingChunks(_ offset: Int) -> Int? {
    var place = offset
    while window.count - place >= 8, !window.isPadding(from: place) {
      if following(place, mayBeSamples: false) != .samples { return place }
      guard window.tag(at: place) != nil, let size = window.big(at: place + 4, 4),
        place + 8 + Int(size) <= window.count
      else { return nil }
      place += 8 + Int(size + size % 2)
    }
    return window.count
  }

  /// A CAF, and its end.
  mutating func caf(at offset: Int) -> (parts: [RecordingPart], end: Int)? {
    let whole = ([RecordingPart(body: offset..<window.count)], window.count)
    var place = offset + 8
    while let name = window.tag(at: place), let size = window.big(at: place + 4, 8) {
      let body = place + 12
      if name == "data", size == .max || size == 0 || size == 4, body + 4 < window.count {
        // Unknown when the header was written, which libsndfile rejects.
        guard var header = window.bytes(at: offset, body - offset).map(Array.init) else { return whole }
        let samples = window.count - body
        for index in 0..<8 {
          header[place + 4 + index - offset] = UInt8(truncatingIfNeeded: samples >> (8 * (7 - index)))
        }
        return ([RecordingPart(header: header, body: body..<window.count)], window.count)
      }
      guard size <= UInt64(window.count - body) else { return whole }
      place = body + Int(size)
      if let next = header(at: place), next != .id3 { return ([RecordingPart(body: offset..<place)], place) }
    }
    return whole
  }

  /// A W64, and its end.
  mutating func sonyWave64(at offset: Int) -> (parts: [RecordingPart], end: Int)? {
    if let size = window.little(at: offset + 16, 8), size <= UInt64(window.count - offset), size > 64 {
      let end = offset + Int(size)
      if case .recording(let next) = following(end, mayBeSamples: false) {
        return ([RecordingPart(body: offset..<end)], next)
      }
    }
    return ([RecordingPart(body: offset..<window.count)], window.count)
  }
}
