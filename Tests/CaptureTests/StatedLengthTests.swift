import CSndfile
import Foundation
import Testing

@testable import Capture

/// Files whose headers state a length that is not that of what is in them.
@Suite("Lengths that headers state")
struct StatedLengthTests {
  private static let rate = 16_000
  private static let samples = tone(440, rate: rate, count: 6000)

  /// The bytes of a recording that libsndfile writes.
  private func written(_ samples: [Float] = samples, format: Int, channels: Int = 1, rate: Int = rate) throws -> [UInt8]
  {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "written")
      writeRecording(url, samples, rate: rate, channels: channels, format: format)
      return Array(try Data(contentsOf: url))
    }
  }

  /// What is read of a file with these bytes, and the error that ends it.
  private func read(_ bytes: some Collection<UInt8>) throws -> (
    samples: [Float], frameCount: Int?, error: CaptureError?
  ) {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "recording")
      try Data(bytes).write(to: url)
      do throws(CaptureError) {
        var source = try FileSource(path: url.path)
        let (samples, error) = readAsFarAsPossible(&source)
        return (samples, source.frameCount, error)
      } catch {
        return ([], nil, error)
      }
    }
  }

  private func expectWhole(
    _ bytes: some Collection<UInt8>, _ expected: [Float] = samples, _ comment: String = "",
    sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let (samples, _, error) = try read(bytes)
    #expect(error == nil, "\(comment)", sourceLocation: sourceLocation)
    #expect(samples.count == expected.count, "\(comment)", sourceLocation: sourceLocation)
    let isEqual = samples == expected
    #expect(isEqual, "\(comment)", sourceLocation: sourceLocation)
  }

  private func little(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }
  private func big(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.bigEndian, Array.init) }

  /// A plain WAV with other sizes in its header.
  private func wav(riff: UInt32, data: UInt32) throws -> [UInt8] {
    var bytes = try written(format: SF_FORMAT_WAV | SF_FORMAT_PCM_16)
    bytes.replaceSubrange(4..<8, with: little(riff))
    bytes.replaceSubrange(40..<44, with: little(data))
    return bytes
  }

  @Test(
    "A WAV whose sizes were not filled in, or not brought up to date, is read to its end",
    arguments: [(36, 0), (0, 0), (.max, .max), (.max, 0), (0x7FFF_F024, 0x7FFF_F000), (8_000_000, 0), (1036, 1000)]
      as [(UInt32, UInt32)])
  func unfilled(riff: UInt32, data: UInt32) throws {
    try expectWhole(try wav(riff: riff, data: data))
  }

  @Test("A WAV that is empty is empty, whatever chunks follow")
  func empty() throws {
    let header = Array(try wav(riff: 36, data: 0).prefix(44))
    for chunks in [[], Array("LIST".utf8) + little(4) + Array("INFO".utf8)] {
      #expect(try read(header + chunks).error?.message.contains("holds no samples") == true)
    }
  }

  @Test("Chunks and tags behind samples are no samples")
  func chunks() throws {
    let bytes = try written(format: SF_FORMAT_WAV | SF_FORMAT_PCM_16)
    let list = Array("LIST".utf8) + little(5) + Array("INFOx".utf8) + [0]
    let unknown = Array("xyzz".utf8) + little(4) + [1, 2, 3, 4]
    for tail in [
      list, unknown, list + unknown, Array(list.dropLast(3)), Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125),
      [0, 0, 0],
      [UInt8](repeating: 0, count: 500),
    ] {
      try expectWhole(bytes + tail, Self.samples, "\(tail)")
    }
    let (samples, _, error) = try read(bytes + list + Array("this is no chunk of any kind".utf8))
    #expect(samples == Self.samples && error?.kind == .badData)
    #expect(error?.message.contains("left out") == true && error?.message.contains("28 bytes") == true)
  }

  @Test("A WAV of more than four gigabytes, whose size has wrapped or stands for not known")
  func wrapped() throws {
    try withTemporaryFolder { folder in
      for (data, size) in [(1000, 1 << 32 + 1000), (1000, 3 << 32 + 1000), (.max, 1 << 32 + 1 << 20)] as [(UInt32, Int)]
      {
        let url = folder.appending(path: "large.wav")
        try Data(try wav(riff: data, data: data)).write(to: url)
        // Sparse, and so of no weight. In the second case of the third kind every byte would have to be looked at.
        try #require(truncate(url.path, off_t(44 + size)) == 0)
        let file = RegularFile(descriptor: open(url.path, O_RDONLY), count: 44 + size)
        if data != .max {
          let part = try #require(RecordingMap(file).parts.first)
          #expect(part.body == 44..<(44 + size) && part.header.isEmpty == false)
          if let opened = OpenPart(part, of: file) {
            #expect(opened.info.frames == size / 2)
          } else {
            Issue.record("the part cannot be opened")
          }
        }
        let source = data == .max ? nil : try FileSource(path: url.path).frameCount
        #expect(data == .max || source == size / 2)
      }
    }
  }

  @Test("A RF64, AU, AIFF and CAF whose size was not filled in, or is too small")
  func otherContainers() throws {
    for size in [0, 1000] as [UInt32] {
      var au = try written(format: SF_FORMAT_AU | SF_FORMAT_PCM_16)
      au.replaceSubrange(8..<12, with: big(size))
      try expectWhole(au, Self.samples, "AU \(size)")
      var aiff = try written(format: SF_FORMAT_AIFF | SF_FORMAT_PCM_16)
      let mark = try #require(aiff.firstRange(of: Array("SSND".utf8)))
      aiff.replaceSubrange(mark.upperBound..<(mark.upperBound + 4), with: big(size))
      try expectWhole(aiff, Self.samples, "AIFF \(size)")
      var wide = try written(format: SF_FORMAT_RF64 | SF_FORMAT_PCM_16)
      let sizes = try #require(wide.firstRange(of: Array("ds64".utf8)))
      wide.replaceSubrange((sizes.upperBound + 12)..<(sizes.upperBound + 16), with: little(size))
      try expectWhole(wide, Self.samples, "RF64 \(size)")
    }
    var caf = try written(format: SF_FORMAT_CAF | SF_FORMAT_PCM_16)
    let mark = try #require(caf.firstRange(of: Array("data".utf8)))
    caf.replaceSubrange(mark.upperBound..<(mark.upperBound + 8), with: [UInt8](repeating: 0xFF, count: 8))
    try expectWhole(caf, Self.samples, "CAF")
  }

  @Test("Torn files of these kinds are torn all the same", arguments: [SF_FORMAT_RF64, SF_FORMAT_AU])
  func torn(container: Int) throws {
    let (samples, _, error) = try read(written(format: container | SF_FORMAT_PCM_16).dropLast(1000))
    #expect(samples.count == 5500 && error?.message.contains("is torn") == true)
  }

  @Test("A size of three gigabytes is no sign for not known")
  func largeAndTorn() throws {
    let (samples, _, error) = try read(try wav(riff: 3_000_000_036, data: 3_000_000_000))
    #expect(samples.count == 6000 && error?.message.contains("1499994000 samples are missing") == true)
  }

  @Test(
    "Files behind one another are read one behind the other",
    arguments: [
      SF_FORMAT_WAV, SF_FORMAT_W64, SF_FORMAT_AU, SF_FORMAT_AIFF, SF_FORMAT_CAF, SF_FORMAT_FLAC, SF_FORMAT_RF64,
    ])
  func joined(container: Int) throws {
    let bytes = try written(format: container | SF_FORMAT_PCM_16)
    try expectWhole(bytes + bytes, Self.samples + Self.samples)
    let stereo = try written(
      Self.samples.flatMap { [$0, $0] }, format: SF_FORMAT_WAV | SF_FORMAT_PCM_16, channels: 2)
    try expectWhole(bytes + stereo + bytes, Self.samples + Self.samples + Self.samples)
    let other = try written(format: SF_FORMAT_WAV | SF_FORMAT_PCM_16, rate: 8000)
    let (samples, _, error) = try read(bytes + other)
    #expect(samples == Self.samples && error?.kind == .badData)
    #expect(error?.message.contains("rate of 8000 Hz") == true)
  }

  @Test("WAV streams of no size behind one another")
  func joinedStreams() throws {
    let bytes = try wav(riff: .max, data: .max)
    try expectWhole(bytes + bytes, Self.samples + Self.samples)
  }

  @Test(
    "Chained Ogg is read to its end, and a page that is cut off is told of",
    arguments: [SF_FORMAT_VORBIS, SF_FORMAT_OPUS])
  func chained(code: Int) throws {
    let bytes = try written(tone(440, rate: 48_000, count: 48_000), format: SF_FORMAT_OGG | code, rate: 48_000)
    let (once, count, _) = try read(bytes)
    #expect(count == 48_000)
    try expectWhole(bytes + bytes + bytes, once + once + once)
    let torn = try read(bytes.dropLast(100))
    #expect(torn.error?.message.contains("is torn") == true)
  }

  @Test("A FLAC that counts too few samples is read to its end, one that counts too many is torn")
  func flac() throws {
    var bytes = try written(format: SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
    #expect(try read(bytes).frameCount == 6000)
    try expectWhole(bytes + Array("TAG".utf8) + [UInt8](repeating: 0, count: 125))
    bytes.replaceSubrange(22..<26, with: big(1000))
    try expectWhole(bytes)
    bytes.replaceSubrange(22..<26, with: big(7000))
    #expect(try read(bytes).error?.message.contains("1000 samples are missing") == true)
  }

  // MARK: - MPEG

  /// An MP3 of noise and then a soft tone, 48 kHz, of a variable bit rate, with and without the frame that counts the others.
  private func mp3() throws -> (whole: [UInt8], plain: [UInt8], frames: Int) {
    let rate = 48_000
    var state: UInt32 = 7
    let noise = (0..<rate).map { _ -> Float in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Float(Int16(truncatingIfNeeded: state >> 16)) / 40_000
    }
    let samples = noise + tone(440, rate: rate, count: 3 * rate, amplitude: 0.01)
    let whole = try withTemporaryFolder { folder in
      let path = folder.appending(path: "voice.mp3").path
      var info = SF_INFO()
      info.samplerate = Int32(rate)
      info.channels = 1
      info.format = Int32(SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III)
      let file = try #require(sf_open(path, Int32(SFM_WRITE), &info))
      var mode = Int32(SF_BITRATE_MODE_VARIABLE)
      sf_command(file, Int32(SFC_SET_BITRATE_MODE), &mode, 4)
      sf_writef_float(file, samples, sf_count_t(samples.count))
      sf_close(file)
      return Array(try Data(contentsOf: URL(filePath: path)))
    }
    var window = whole[...]
    var sizes: [Int] = []
    while let frame = MPEGFrame(window.prefix(4)), frame.size <= window.count {
      sizes.append(frame.size)
      window = window.dropFirst(frame.size)
    }
    try #require(sizes.count > 100)
    return (whole, Array(whole.dropFirst(sizes[0])), sizes.count - 1)
  }

  private static var writesMP3: Bool { SpeechCodec.mp3.isAvailable }

  @Test("MP3 that does not count its frames is read to its end", .enabled(if: writesMP3, "this libsndfile has no MP3"))
  func uncounted() throws {
    let (whole, plain, frames) = try mp3()
    let counted = try read(whole)
    #expect(counted.frameCount == 192_000 && counted.samples.count == 192_000 && counted.error == nil)
    let uncounted = try read(plain)
    #expect(uncounted.frameCount == nil && uncounted.error == nil)
    #expect(uncounted.samples.count == 1152 * frames)
    // Behind others, counted or not, with tags and without.
    let tag = Array("TAG".utf8) + [UInt8](repeating: 0x20, count: 125)
    let twice = try read(plain + plain)
    #expect(twice.error == nil && twice.samples.count == 2 * 1152 * frames)
    let counts = try read(whole + tag + whole)
    #expect(counts.error == nil && counts.samples.count == 2 * 192_000)
    let mixed = try read(whole + plain)
    #expect(mixed.error == nil && mixed.samples.count >= 192_000 + 1152 * frames)
    #expect(try read(plain + tag).error == nil)
  }

  @Test("MP3 in a WAV is read to its end", .enabled(if: writesMP3, "this libsndfile has no MP3"))
  func inWave() throws {
    let (_, plain, frames) = try mp3()
    func header(_ size: Int) -> [UInt8] {
      let format: [UInt8] =
        [0x55, 0, 1, 0] + little(48_000) + little(8000) + [1, 0, 0, 0, 12, 0, 1, 0, 2, 0, 0, 0] + [
          0x80, 1, 1, 0, 0x71, 5,
        ]
      let chunks = Array("WAVEfmt ".utf8) + little(UInt32(format.count)) + format + Array("data".utf8)
      return Array("RIFF".utf8) + little(UInt32(chunks.count + 4 + size)) + chunks + little(UInt32(size))
    }
    for size in [plain.count, 0] {
      let (samples, _, error) = try read(header(size) + plain)
      #expect(error == nil && samples.count == 1152 * frames)
    }
    let torn = try read(header(plain.count) + plain.dropLast(700))
    #expect(torn.samples.count >= 1152 * (frames - 8) && torn.error?.message.contains("is torn") == true)
  }

  @Test("MP3 that ends too early, or has something else in it", .enabled(if: writesMP3, "this libsndfile has no MP3"))
  func tornMP3() throws {
    let (whole, plain, frames) = try mp3()
    let cut = try read(plain.dropLast(50))
    #expect(cut.error?.message.contains("is torn") == true && cut.samples.count == 1152 * (frames - 1))
    let half = try read(Array(whole.prefix(whole.count / 2)))
    #expect(half.error?.message.contains("is torn") == true && !half.samples.isEmpty)
    var state: UInt32 = 1
    let junk = (0..<4000).map { _ -> UInt8 in
      state = state &* 1_664_525 &+ 1_013_904_223
      return UInt8(truncatingIfNeeded: state >> 24)
    }
    let parted = try read(plain + junk + plain)
    #expect(parted.samples.count > 2 * 1152 * (frames - 4))
    #expect(parted.error?.kind == .badData && parted.error?.message.contains("no frames of MPEG") == true)
    // A stream that was cut out of a longer one begins within a frame.
    #expect(try read(Array(plain.dropFirst(100))).error == nil)
  }
}
