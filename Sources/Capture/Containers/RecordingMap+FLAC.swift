extension RecordingMap {
  /// A FLAC, and its end: that of the file, or the beginning of another recording.
  mutating func flac(at offset: Int) -> (parts: [RecordingPart], end: Int)? {
    let start = min(skippingTags(at: offset) + 4, window.count)
    var end = nextWave(after: start)
    // The mark and the head of the first metadata block, which is always the same, and of the first page of an Ogg;
    // frames do not contain them.
    for mark in [Array("fLaC".utf8) + [0, 0, 0, 34], Array("OggS".utf8) + [0, 2, 0, 0, 0, 0, 0, 0, 0, 0]] {
      end = window.file.firstIndex(of: mark, in: start..<end) ?? end
    }
    return ([flacPart(offset..<end)], end)
  }

  /// A FLAC without the number of samples in its header, so that it is read to its end for any number.
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
