extension RecordingMap {
  /// The relevant chunks of a WAV.
  private struct Wave {
    /// The body of the format chunk.
    var format: [UInt8] = []
    /// The first byte of the samples.
    var start = 0
    /// Bytes of samples that the header states; nil where the size is unknown.
    var stated: Int?

    /// MPEG audio of layer I or II, and III.
    var isMPEG: Bool { [0x50, 0x55].contains(format.prefix(2).littleEndian) }

    /// A number of missing bytes, in words.
    func missing(_ bytes: Int) -> String {
      let width = Int(format.dropFirst(12).prefix(2).littleEndian)
      return isMPEG || width == 0
        ? "\(bytes) bytes are missing" : "\((bytes + width - 1) / width) samples are missing"
    }
  }

  /// A WAV, RF64 or BW64, and its end.
  mutating func wave(at offset: Int) -> (parts: [RecordingPart], end: Int)? {
    let container = window.tag(at: offset)
    guard let wave = waveChunks(at: offset, isWide: container != "RIFF") else {
      return ([RecordingPart(body: offset..<window.count)], window.count)
    }
    // The end of the samples, the end of the recording, and whether libsndfile finds the former by itself.
    var (end, next) = (window.count, window.count)
    var isTrusted = container == "RIFF" && window.count - wave.start <= UInt32.max
    var fault: RecordingPart.Fault?
    if let stated = wave.stated, wave.start + stated > end {
      if container != "RIFF" { fault = .torn(wave.missing(wave.start + stated - end)) }
    } else if let stated = wave.stated {
      end = wave.start + stated
      isTrusted = ["RIFF", "RF64"].contains(container)
      switch afterSamples(end) {
      case .nothing: break
      case .recording(let place): next = place
      case .unknown(let place):
        fault = .leftOut("the \(window.count - place) bytes from byte \(place) on, which are no chunk of WAV")
      case .samples:
        (end, next) = trueEnd(wave, stated: stated)
        isTrusted = false
      }
    } else {
      next = nextWave(after: wave.start)
      end = next
    }
    if wave.isMPEG, var (parts, _) = mpeg(in: wave.start..<end) {
      // Without a length of its own, and read without the container.
      if let stated = wave.stated, wave.start + stated > end, parts[parts.count - 1].fault == nil {
        parts[parts.count - 1].fault = .torn(wave.missing(wave.start + stated - end))
      }
      return (parts, next)
    }
    if isTrusted { return ([RecordingPart(body: offset..<next, fault: fault)], next) }
    let header = Self.sonyHeader(format: wave.format, samples: end - wave.start)
    return ([RecordingPart(header: header, body: wave.start..<end, fault: fault)], next)
  }

  /// Classifies the data after the stated end of the samples.
  private mutating func afterSamples(_ end: Int) -> Following {
    let here = following(end, mayBeSamples: true)
    // An odd number of bytes is padded.
    guard here == .samples, window.bytes(at: end, 1)?.first == 0 else { return here }
    let filled = following(end + 1, mayBeSamples: true)
    return filled == .samples ? here : filled
  }

  /// The actual end of the samples where they continue after the stated size, and the end of the recording.
  ///
  /// A size of more than 32 bits has lost its higher bits. Otherwise the header was never updated.
  private mutating func trueEnd(_ wave: Wave, stated: Int) -> (samples: Int, recording: Int) {
    var end = wave.start + stated + 1 << 32
    while end <= window.count {
      switch afterSamples(end) {
      case .nothing: return (end, window.count)
      case .recording(let place): return (end, place)
      case .samples, .unknown: end += 1 << 32
      }
    }
    let next = nextWave(after: wave.start + stated)
    return (next, next)
  }

  /// The start of the next WAV within samples of unknown length.
  func nextWave(after offset: Int) -> Int {
    var place = offset
    while let found = window.file.firstIndex(of: Array("WAVEfmt ".utf8), in: place..<window.count) {
      var bytes = ByteWindow(window.file, size: 8)
      if found - 8 >= offset, ["RIFF", "RF64"].contains(bytes.tag(at: found - 8)) { return found - 8 }
      place = found + 1
    }
    return window.count
  }

  private mutating func waveChunks(at offset: Int, isWide: Bool) -> Wave? {
    var wave = Wave()
    var wideSize: UInt64?
    var place = offset + 12
    while let name = window.tag(at: place), let size = window.little(at: place + 4, 4) {
      let body = place + 8
      switch name {
      case "ds64": wideSize = window.little(at: body + 8, 8)
      case "fmt ":
        guard 14...4096 ~= size, let bytes = window.bytes(at: body, Int(size)) else { return nil }
        wave.format = Array(bytes)
      case "data":
        guard !wave.format.isEmpty else { return nil }
        wave.start = body
        if isWide, size == UInt32.max, let wideSize {
          // Larger than any file: unknown, like all ones.
          wave.stated = wideSize < 1 << 60 ? Int(wideSize) : nil
        } else {
          // After a size of zero, frames of MPEG audio are the samples.
          let isUnknown = WaveChunks.isUnknown(size: UInt32(size)) || wave.isMPEG && size == 0
          wave.stated = isUnknown ? nil : Int(size)
          // In a file of more than two gigabytes such a size may be correct.
          if size > 0, body + Int(size) <= window.count, afterSamples(body + Int(size)) == .nothing {
            wave.stated = Int(size)
          }
        }
        return wave
      default: break
      }
      place = body + Int(size) + Int(size % 2)
    }
    return nil
  }

  /// The header of a W64, whose sizes have 64 bits, for the samples of a WAV.
  private static func sonyHeader(format: [UInt8], samples: Int) -> [UInt8] {
    func identifier(_ name: String) -> [UInt8] {
      Array(name.utf8) + [0xF3, 0xAC, 0xD3, 0x11, 0x8C, 0xD1, 0x00, 0xC0, 0x4F, 0x8E, 0xDB, 0x8A]
    }
    func size(_ count: Int) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: count >> (8 * $0)) } }
    // Sizes include the 24 bytes of identifier and size, and chunks begin at multiples of 8.
    let body = format + [UInt8](repeating: 0, count: (8 - format.count % 8) % 8)
    let chunks =
      identifier("wave") + identifier("fmt ") + size(24 + format.count) + body + identifier("data") + size(24 + samples)
    let riff: [UInt8] = Array("riff".utf8) + [0x2E, 0x91, 0xCF, 0x11, 0xA5, 0xD6, 0x28, 0xDB, 0x04, 0xC1, 0x00, 0x00]
    return riff + size(24 + chunks.count + samples) + chunks
  }
}
