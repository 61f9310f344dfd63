extension RecordingMap {
  /// The links of an Ogg: each begins with pages that are marked as the first of their streams.
  mutating func ogg(at offset: Int) -> (parts: [RecordingPart], end: Int)? {
    var starts = [offset]
    var isBeginning = true
    var fault: RecordingPart.Fault?
    var place = offset
    while let bytes = window.bytes(at: place, 27), bytes.starts(with: Array("OggS".utf8)) {
      let head = Array(bytes)
      let isFirst = head[5] & 2 != 0
      if isFirst && !isBeginning { starts.append(place) }
      isBeginning = isFirst
      guard let sizes = window.bytes(at: place + 27, Int(head[26])) else {
        fault = .torn("its last page is not complete")
        break
      }
      let end = place + 27 + sizes.count + sizes.reduce(0) { $0 + Int($1) }
      guard end <= window.count else {
        fault = .torn("its last page is not complete")
        break
      }
      place = end
      // Damage between pages is skipped, as by libogg.
      if window.count - place >= 27, window.tag(at: place) != "OggS", following(place, mayBeSamples: false) == .samples,
        let next = window.file.firstIndex(of: Array("OggS".utf8) + [0], in: place..<window.count)
      {
        place = next
      }
    }
    if fault != nil { place = window.count }
    let ends = starts.dropFirst() + [place]
    var parts = zip(starts, ends).map { RecordingPart(body: $0..<$1) }
    parts[parts.count - 1].fault = fault
    return (parts, place)
  }
}
