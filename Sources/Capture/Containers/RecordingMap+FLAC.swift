extension RecordingMap {
  /// One FLAC or several behind one another.
  mutating func flac(at offset: Int) -> (parts: [RecordingPart], end: Int)? {
    var starts = [offset]
    // The mark and the head of the first block of metadata, which is always the same; frames do not hold both.
    let first = skippingTags(at: offset)
    while let next = window.file.firstIndex(
      of: Array("fLaC".utf8) + [0, 0, 0, 34], in: (max(first, starts[starts.count - 1]) + 4)..<window.count)
    {
      starts.append(next)
    }
    let ends = starts.dropFirst() + [window.count]
    return (zip(starts, ends).map { flacPart($0..<$1) }, window.count)
  }

  /// A FLAC without the number of samples in its header, so that it is read to its end whatever the number is.
  private mutating func flacPart(_ range: Range<Int>) -> RecordingPart {
    let start = skippingTags(at: range.lowerBound)
    guard let bytes = window.bytes(at: start, 26), range.contains(start) else { return RecordingPart(body: range) }
    var header = Array(bytes)
    // 36 bits from the middle of byte 21 on.
    let frames = Int(header[21] & 0x0F) << 32 | Int(header[22...25].bigEndian)
    guard frames > 0 else { return RecordingPart(body: start..<range.upperBound) }
    header[21] &= 0xF0
    for index in 22...25 { header[index] = 0 }
    return RecordingPart(header: header, body: (start + 26)..<range.upperBound, statedFrames: frames)
  }
}
