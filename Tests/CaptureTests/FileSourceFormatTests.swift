import CSndfile
import Capture
import Foundation
import Testing

@Suite("Recordings of every kind")
struct FileSourceFormatTests {
  /// 8 bits may be wrong by a step of 2⁻⁷, µ-law and A-law by half their coarsest step of 2⁻⁵ and what scaling to their
  /// range adds: a step is allowed. The count is even, as AIFF fills odd numbers of bytes up.
  @Test(
    "Coarse and fine sample formats come as close as they can",
    arguments: [
      (SF_FORMAT_WAV | SF_FORMAT_PCM_U8, 0x1p-7), (SF_FORMAT_AIFF | SF_FORMAT_PCM_S8, 0x1p-7),
      (SF_FORMAT_FLAC | SF_FORMAT_PCM_S8, 0x1p-7), (SF_FORMAT_WAV | SF_FORMAT_ULAW, 0x1p-5),
      (SF_FORMAT_WAV | SF_FORMAT_ALAW, 0x1p-5), (SF_FORMAT_WAV | SF_FORMAT_DOUBLE, 0),
      (SF_FORMAT_CAF | SF_FORMAT_PCM_24, 0), (SF_FORMAT_AU | SF_FORMAT_PCM_16, 0),
    ] as [(Int, Float)], [8000, 96_000, 192_000])
  func formats(_ format: (Int, Float), rate: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "tone")
      let samples = tone(440, rate: rate, count: 10_008)
      writeRecording(url, samples, rate: rate, format: format.0)
      var source = try FileSource(path: url.path)
      #expect(source.sampleRate == rate && source.frameCount == samples.count)
      let read = try readAll(&source, chunks: [1, 1023, 7, 5000])
      #expect(read.count == samples.count)
      let error = zip(read, samples).reduce(0) { max($0, abs($1.0 - $1.1)) }
      #expect(error <= format.1)
    }
  }

  private static let mp3 = SF_FORMAT_MPEG | SF_FORMAT_MPEG_LAYER_III

  private static var writesMP3: Bool {
    var info = SF_INFO()
    info.samplerate = 44_100
    info.channels = 1
    info.format = Int32(mp3)
    return sf_format_check(&info) == SF_TRUE
  }

  @Test("MP3 comes close, and about as long", .enabled(if: writesMP3, "this libsndfile has no MP3"), arguments: [1, 2])
  func lossy(channels: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "tone.mp3")
      let rate = 44_100
      let samples = tone(440, rate: rate, count: rate)
      let interleaved = samples.flatMap { Array(repeating: $0, count: channels) }
      writeRecording(url, interleaved, rate: rate, channels: channels, format: Self.mp3)
      var source = try FileSource(path: url.path)
      #expect(source.sampleRate == rate && source.channels == channels)
      let read = try readAll(&source)
      // Frames of 1152 samples are filled up, and decoders begin late.
      #expect(abs(read.count - samples.count) < 3 * 1152)
      // The tone's share of what is heard, away from the ends.
      let part = read[4000..<40_000]
      let energy = part.reduce(0) { $0 + Double($1 * $1) }
      var (sine, cosine) = (0.0, 0.0)
      for (index, value) in part.enumerated() {
        let phase = 2 * .pi * 440 * Double(index) / Double(rate)
        sine += Double(value) * sin(phase)
        cosine += Double(value) * cos(phase)
      }
      #expect((sine * sine + cosine * cosine) / (energy * Double(part.count) / 2) > 0.99)
      #expect(abs((2 * energy / Double(part.count)).squareRoot() - 0.5) < 0.02)
    }
  }

  @Test("A recording of one sample is one", arguments: [1, 2])
  func single(channels: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "one.wav")
      writeRecording(
        url, [Float](repeating: 0.25, count: channels), rate: 8000, channels: channels,
        format: SF_FORMAT_WAV | SF_FORMAT_PCM_16)
      var source = try FileSource(path: url.path)
      #expect(source.frameCount == 1)
      let read = try readAll(&source)
      #expect(read == [0.25])
    }
  }

  @Test("Eight channels of a 32-bit recording at 192 kHz become their mean")
  func many() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "many.wav")
      let voices = (0..<8).map { tone(200 * Double($0 + 1), rate: 192_000, count: 5000) }
      let interleaved = (0..<5000).flatMap { frame in voices.map { $0[frame] } }
      writeRecording(url, interleaved, rate: 192_000, channels: 8, format: SF_FORMAT_WAVEX | SF_FORMAT_PCM_32)
      var source = try FileSource(path: url.path)
      let read = try readAll(&source, chunks: [1, 4097])
      let expected = (0..<5000).map { frame in voices.reduce(Float(0)) { $0 + $1[frame] } / 8 }
      #expect(read == expected)
    }
  }
}
