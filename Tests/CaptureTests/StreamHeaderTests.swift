import CSndfile
import Foundation
import Support
import Testing

@testable import Capture

@Suite("Headers on standard input")
struct StreamHeaderTests {
  /// What is read of a pipe with these bytes, and the error that ends it.
  private func read(
    _ input: some Sequence<UInt8>, pieces: [Int] = [4096], rate: Int? = nil, encoding: SampleEncoding? = nil,
    channels: Int? = nil, channel: Int? = nil
  ) -> (samples: [Float], rate: Int, header: String?, contradiction: String?, error: CaptureError?) {
    let input = pipe(Array(input), pieces: pieces)
    do throws(CaptureError) {
      var source = try StandardInputSource(
        fileDescriptor: input.fileDescriptor, sampleRate: rate, encoding: encoding, channels: channels,
        channel: channel.map { .only($0) } ?? .mix)
      let (rate, header, contradiction) = (source.sampleRate, source.header, source.contradiction)
      let (samples, error) = readAsFarAsPossible(&source, chunk: 777)
      return (samples, rate, header, contradiction, error)
    } catch {
      return ([], 0, nil, nil, error)
    }
  }

  private static let samples = tone(440, rate: 22_050, count: 5001)

  /// The bytes of a recording that libsndfile writes, and what `FileSource` reads of it.
  private func written(_ format: Int, channels: Int = 1, rate: Int = 22_050) throws -> (bytes: [UInt8], read: [Float]) {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "written")
      // Not the same in all channels.
      let interleaved = Self.samples.flatMap { sample in (0..<channels).map { $0 == 0 ? sample : sample / 2 } }
      writeRecording(url, interleaved, rate: rate, channels: channels, format: format)
      var source = try FileSource(path: url.path)
      return (Array(try Data(contentsOf: url)), try readAll(&source))
    }
  }

  private func little(_ value: UInt32) -> [UInt8] { withUnsafeBytes(of: value.littleEndian, Array.init) }

  @Test(
    "WAV and AU of every encoding give the same bits as a file",
    arguments: [
      SF_FORMAT_WAV | SF_FORMAT_PCM_U8, SF_FORMAT_WAV | SF_FORMAT_PCM_16, SF_FORMAT_WAV | SF_FORMAT_PCM_24,
      SF_FORMAT_WAV | SF_FORMAT_PCM_32, SF_FORMAT_WAV | SF_FORMAT_FLOAT, SF_FORMAT_WAV | SF_FORMAT_DOUBLE,
      SF_FORMAT_WAV | SF_FORMAT_ALAW, SF_FORMAT_WAV | SF_FORMAT_ULAW, SF_FORMAT_WAVEX | SF_FORMAT_PCM_16,
      SF_FORMAT_WAVEX | SF_FORMAT_PCM_24, SF_FORMAT_WAVEX | SF_FORMAT_FLOAT, SF_FORMAT_RF64 | SF_FORMAT_PCM_16,
      SF_FORMAT_AU | SF_FORMAT_PCM_S8, SF_FORMAT_AU | SF_FORMAT_PCM_16, SF_FORMAT_AU | SF_FORMAT_PCM_24,
      SF_FORMAT_AU | SF_FORMAT_PCM_32, SF_FORMAT_AU | SF_FORMAT_FLOAT, SF_FORMAT_AU | SF_FORMAT_DOUBLE,
      SF_FORMAT_AU | SF_FORMAT_ALAW, SF_FORMAT_AU | SF_FORMAT_ULAW,
    ], [1, 2])
  func encodings(format: Int, channels: Int) throws {
    let (bytes, expected) = try written(format, channels: channels)
    for pieces in [[1, 2, 3, 5, 7, 11, 13], [977], [bytes.count]] {
      let result = read(bytes, pieces: pieces)
      #expect(result.error == nil && result.rate == 22_050 && result.header?.contains("22050 Hz") == true)
      let isEqual = result.samples.map(\.bitPattern) == expected.map(\.bitPattern)
      #expect(isEqual, "\(result.header ?? "-") in pieces of \(pieces)")
    }
  }

  /// A plain WAV of 16 bits with these sizes, and chunks ahead of the samples and behind them.
  private func wav(riff: UInt32, data: UInt32, before: [UInt8] = [], after: [UInt8] = []) throws -> [UInt8] {
    let bytes = try written(SF_FORMAT_WAV | SF_FORMAT_PCM_16).bytes
    return Array("RIFF".utf8) + little(riff) + bytes[8..<36] + before + Array("data".utf8) + little(data) + bytes[44...]
      + after
  }

  @Test(
    "Sizes that recorders write to pipes",
    arguments: [.max, 0x8000_0000, 0x7FFF_F000, 0x7FFF_FFFF, 0, 4000] as [UInt32])
  func sizes(size: UInt32) throws {
    let result = read(try wav(riff: size, data: size))
    #expect(result.error == nil)
    #expect(result.samples == Self.samples)
  }

  @Test("Chunks around the samples are none")
  func chunks() throws {
    let list = Array("LIST".utf8) + little(5) + Array("INFOx".utf8) + [0]
    let whole = UInt32(2 * Self.samples.count)
    let result = read(try wav(riff: 0, data: whole, before: list + list, after: list), pieces: [3, 1, 50])
    #expect(result.error == nil && result.samples == Self.samples)
    let twice = try wav(riff: 0, data: whole, after: list)
    let joined = read(twice + twice)
    #expect(joined.error == nil && joined.samples == Self.samples + Self.samples)
    let (other, _) = try written(SF_FORMAT_WAV | SF_FORMAT_PCM_16, rate: 8000)
    let mixed = read(twice + other)
    #expect(mixed.samples == Self.samples && mixed.error?.message.contains("was left out") == true)
  }

  @Test("A stream that ends before its header says so is torn")
  func torn() throws {
    let result = read(try written(SF_FORMAT_WAV | SF_FORMAT_PCM_16).bytes.dropLast(1000))
    #expect(result.samples == Array(Self.samples.dropLast(500)))
    #expect(result.error?.kind == .badData && result.error?.message.contains("500 are missing") == true)
    let head = read(Array(try written(SF_FORMAT_WAV | SF_FORMAT_PCM_16).bytes.prefix(30)))
    #expect(head.error?.kind == .badData && head.error?.message.contains("within its header") == true)
  }

  @Test("The header holds against options, which are told of where they say otherwise")
  func contradiction() throws {
    let (bytes, expected) = try written(SF_FORMAT_WAV | SF_FORMAT_PCM_24)
    let result = read(bytes, rate: 16_000, encoding: .s16le, channels: 2)
    #expect(result.error == nil && result.rate == 22_050 && result.samples == expected)
    #expect(
      result.contradiction
        == "standard input is WAV, 22050 Hz, s24le, 1 channel: its header is used, not --rate 16000, "
        + "--encoding s16le, --channels 2")
    #expect(read(bytes, rate: 22_050, encoding: .s24le, channels: 1).contradiction == nil)
    #expect(read(bytes).contradiction == nil)
  }

  @Test("A channel of a stream with a header")
  func channel() throws {
    let (bytes, _) = try written(SF_FORMAT_AU | SF_FORMAT_PCM_16, channels: 2)
    #expect(read(bytes, channel: 1).samples == Self.samples)
    #expect(read(bytes, channel: 3).error?.kind == .usage)
  }

  @Test("What has another header is refused by its name, with a command that helps")
  func refused() throws {
    let flac = try written(SF_FORMAT_FLAC | SF_FORMAT_PCM_16).bytes
    let ogg = try written(SF_FORMAT_OGG | SF_FORMAT_VORBIS).bytes
    let aiff = try written(SF_FORMAT_AIFF | SF_FORMAT_PCM_16).bytes
    let caf = try written(SF_FORMAT_CAF | SF_FORMAT_PCM_16).bytes
    let sony = try written(SF_FORMAT_W64 | SF_FORMAT_PCM_16).bytes
    let adpcm = try written(SF_FORMAT_WAV | SF_FORMAT_MS_ADPCM).bytes
    // Three frames of layer III, 128 kbit/s at 44.1 kHz, and of AAC with headers of transport.
    let mpeg = (0..<3).flatMap { _ in [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 0x55, count: 413) }
    let aac = (0..<3).flatMap { _ in [0xFF, 0xF1, 0x50, 0x80, 0x04, 0x00] + [UInt8](repeating: 0x55, count: 26) }
    let cases: [([UInt8], String)] = [
      (flac, "FLAC"), (ogg, "Ogg"), (aiff, "AIFF"), (caf, "CAF"), (sony, "W64"), (adpcm, "format 2"), (mpeg, "MP3"),
      (aac, "AAC"), (Array("ID3".utf8) + [4, 0, 0, 0, 0, 0, 0, 0, 0], "MP3"),
      ([0, 0, 0, 32] + Array("ftypM4A ".utf8), "MP4"),
      ([0x1A, 0x45, 0xDF, 0xA3] + [UInt8](repeating: 1, count: 20), "WebM"),
      (Array("RIFX".utf8) + [0, 0, 0, 36] + Array("WAVEfmt ".utf8), "RIFX"),
    ]
    for (bytes, name) in cases {
      for rate in [nil, 16_000] {
        let result = read(bytes, pieces: [5], rate: rate)
        #expect(result.error?.kind == .badData, "\(name)")
        let message = result.error?.message ?? ""
        #expect(message.contains(name) && message.contains("ffmpeg") && !message.contains("\n"), "\(message)")
      }
    }
  }

  @Test("Raw samples stay raw, also where they begin as MPEG audio does")
  func raw() {
    let marks: [UInt8] = [0xFF, 0xFB, 0x90, 0x00] + [UInt8](repeating: 3, count: 4000)
    for bytes in [marks, Array("RIFF".utf8), Array("LIST".utf8) + marks, [1, 0], [UInt8](repeating: 0, count: 20)] {
      let result = read(bytes, pieces: [1, 3], rate: 16_000)
      #expect(result.error == nil && result.header == nil && result.samples.count == bytes.count / 2)
    }
    let result = read(marks)
    #expect(result.error?.kind == .usage && result.error?.message.contains("give --rate") == true)
    #expect(read([]).error?.kind == .usage)
    #expect(read([], rate: 16_000).error == nil)
  }

  @Test("A stop ends the wait for the first bytes")
  func stop() throws {
    let pipe = Pipe()
    let stop = StopFlag()
    Thread {
      usleep(50_000)
      stop.requestStop()
    }.start()
    let start = ContinuousClock.now
    var source = try StandardInputSource(fileDescriptor: pipe.fileHandleForReading.fileDescriptor, stop: stop)
    #expect(try readAll(&source) == [])
    #expect(ContinuousClock.now - start < .seconds(2))
    withExtendedLifetime(pipe) {}
  }
}
