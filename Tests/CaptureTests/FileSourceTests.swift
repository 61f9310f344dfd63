import CSndfile
import Capture
import Foundation
import Testing

@Suite("Recordings")
struct FileSourceTests {
  private let wav = SF_FORMAT_WAV | SF_FORMAT_PCM_16

  private func failure(_ url: URL) -> (samples: [Float], error: CaptureError?) {
    do throws(CaptureError) {
      var source = try FileSource(path: url.path)
      return readAsFarAsPossible(&source)
    } catch {
      return ([], error)
    }
  }

  @Test("Lossless formats give the very samples that were written, at any rate and in any chunks")
  func lossless() throws {
    let formats = [
      ("wav", SF_FORMAT_WAV | SF_FORMAT_PCM_16), ("wav", SF_FORMAT_WAV | SF_FORMAT_PCM_24),
      ("wav", SF_FORMAT_WAV | SF_FORMAT_PCM_32), ("wav", SF_FORMAT_WAV | SF_FORMAT_FLOAT),
      ("wav", SF_FORMAT_WAVEX | SF_FORMAT_PCM_16), ("wav", SF_FORMAT_RF64 | SF_FORMAT_PCM_16),
      ("w64", SF_FORMAT_W64 | SF_FORMAT_PCM_16), ("aiff", SF_FORMAT_AIFF | SF_FORMAT_PCM_16),
      ("flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_16), ("flac", SF_FORMAT_FLAC | SF_FORMAT_PCM_24),
    ]
    try withTemporaryFolder { folder in
      for (index, (ending, format)) in formats.enumerated() {
        for rate in [8000, 16_000, 22_050, 44_100, 48_000] {
          let url = folder.appending(path: "\(index)-\(rate).\(ending)")
          let samples = tone(440, rate: rate, count: 10_007)
          writeRecording(url, samples, rate: rate, format: format)
          var source = try FileSource(path: url.path)
          #expect(source.sampleRate == rate)
          #expect(source.frameCount == samples.count)
          #expect(source.duration == Double(samples.count) / Double(rate))
          let isEqual = try readAll(&source, chunks: [1, 1023, 7, 5000]) == samples
          #expect(isEqual, "\(ending) \(format) at \(rate)")
        }
      }
    }
  }

  @Test("Channels are mixed down to their mean", arguments: [2, 3, 6])
  func channels(count: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "many.wav")
      let frames = 9001
      let voices = (0..<count).map { tone(200 * Double($0 + 1), rate: 16_000, count: frames) }
      let interleaved = (0..<frames).flatMap { frame in voices.map { $0[frame] } }
      writeRecording(url, interleaved, rate: 16_000, channels: count, format: wav)
      var source = try FileSource(path: url.path)
      let expected = (0..<frames).map { frame in voices.reduce(Float(0)) { $0 + $1[frame] } / Float(count) }
      #expect(source.channels == count)
      let isEqual = try readAll(&source, chunks: [1, 4097, 333]) == expected
      #expect(isEqual)
    }
  }

  @Test("Lossy formats come close", arguments: [SF_FORMAT_VORBIS, SF_FORMAT_OPUS])
  func lossy(coding: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "tone.ogg")
      let samples = tone(440, rate: 48_000, count: 48_000)
      writeRecording(url, samples, rate: 48_000, format: SF_FORMAT_OGG | coding)
      var source = try FileSource(path: url.path)
      let decoded = try readAll(&source)
      #expect(decoded.count == samples.count)
      let product = zip(decoded, samples).reduce(0) { $0 + Double($1.0 * $1.1) }
      let energies = [decoded, samples].map { $0.reduce(0) { $0 + Double($1 * $1) } }
      // A coder changes the waveform, but a tone stays a tone in its place.
      #expect(product / (energies[0] * energies[1]).squareRoot() > 0.99)
    }
  }

  @Test("Samples beyond full scale are limited")
  func limited() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "loud.wav")
      writeRecording(url, [0.5, 1.5, -3, -0.25], rate: 16_000, format: SF_FORMAT_WAV | SF_FORMAT_FLOAT)
      var source = try FileSource(path: url.path)
      #expect(try readAll(&source) == [0.5, 1, -1, -0.25])
    }
  }

  @Test("What is not a number is refused by its place", arguments: [Float.nan, .infinity, -.infinity], [1, 2])
  func notANumber(value: Float, channels: Int) throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "bad.wav")
      var samples = [Float](repeating: 0.1, count: 20_000 * channels)
      samples[12_345 * channels] = value
      writeRecording(url, samples, rate: 16_000, channels: channels, format: SF_FORMAT_WAV | SF_FORMAT_FLOAT)
      let (_, error) = failure(url)
      #expect(error?.kind == .badData)
      #expect(error?.message.contains("sample 12345, at 0.772 s") == true)
    }
  }

  @Test("A torn recording delivers what is there and names what is missing", arguments: [1, 2])
  func torn(channels: Int) throws {
    let samples = tone(300, rate: 16_000, count: 8000 * channels)
    let formats = [("wav", SF_FORMAT_WAV), ("wav", SF_FORMAT_WAVEX), ("w64", SF_FORMAT_W64), ("aiff", SF_FORMAT_AIFF)]
    try withTemporaryFolder { folder in
      for (ending, container) in formats {
        for cut in [1, 2, 3, 4, 1001, 10_000] {
          let url = folder.appending(path: "torn-\(cut).\(ending)")
          writeRecording(url, samples, rate: 16_000, channels: channels, format: container | SF_FORMAT_PCM_16)
          let data = try Data(contentsOf: url)
          try data.dropLast(cut).write(to: url)
          let (read, error) = failure(url)
          let missing = (cut + 2 * channels - 1) / (2 * channels)
          #expect(read.count == 8000 - missing, "\(ending) less \(cut)")
          #expect(error?.kind == .badData)
          #expect(error?.message.contains(" \(missing) samples are missing") == true, "\(error?.message ?? "-")")
        }
      }
    }
  }

  @Test("A recording whose data chunk ends within a frame is torn")
  func withinFrame() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "odd.wav")
      writeRecording(url, tone(300, rate: 16_000, count: 2000), rate: 16_000, channels: 2, format: wav)
      var data = try Data(contentsOf: url)
      data.removeLast(2)
      // RIFF and data sizes, little-endian, as a writer that counted samples instead of frames would put them.
      data.replaceSubrange(4..<8, with: withUnsafeBytes(of: UInt32(data.count - 8).littleEndian, Array.init))
      data.replaceSubrange(40..<44, with: withUnsafeBytes(of: UInt32(data.count - 44).littleEndian, Array.init))
      try data.write(to: url)
      let (read, error) = failure(url)
      #expect(read.count == 999)
      #expect(error?.kind == .badData)
      #expect(error?.message.contains("2 of its 4 bytes") == true)
    }
  }

  @Test("A size that was not known when the header was written is no damage")
  func streamed() throws {
    try withTemporaryFolder { folder in
      for size in [UInt32.max, 0x7FFF_FFFF, 0x7FFF_F000] {
        let url = folder.appending(path: "pipe.wav")
        writeRecording(url, tone(300, rate: 16_000, count: 2000), rate: 16_000, format: wav)
        var data = try Data(contentsOf: url)
        data.replaceSubrange(4..<8, with: withUnsafeBytes(of: size.littleEndian, Array.init))
        data.replaceSubrange(40..<44, with: withUnsafeBytes(of: size.littleEndian, Array.init))
        try data.write(to: url)
        let (read, error) = failure(url)
        #expect(read.count == 2000)
        #expect(error == nil)
      }
    }
  }

  @Test("A torn or damaged FLAC is reported after what could be decoded")
  func tornFLAC() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "torn.flac")
      var state: UInt32 = 7
      let noise = (0..<40_000).map { _ -> Float in
        state = state &* 1_664_525 &+ 1_013_904_223
        return Float(Int16(truncatingIfNeeded: state >> 16)) / 32_768
      }
      writeRecording(url, noise, rate: 16_000, format: SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
      let data = try Data(contentsOf: url)
      try data.prefix(data.count / 2).write(to: url)
      let (read, error) = failure(url)
      #expect((10_000..<20_001).contains(read.count))
      let isPrefix = noise.starts(with: read)
      #expect(isPrefix)
      #expect(error?.kind == .badData)
      #expect(error?.message.contains("\(40_000 - read.count) samples are missing") == true)
    }
  }

  @Test("What is no recording is refused in one clear sentence")
  func refused() throws {
    try withTemporaryFolder { folder in
      func file(_ name: String, _ contents: Data) throws -> URL {
        let url = folder.appending(path: name)
        try contents.write(to: url)
        return url
      }
      let whole = folder.appending(path: "whole.wav")
      writeRecording(whole, tone(300, rate: 16_000, count: 2000), rate: 16_000, format: wav)
      let header = try Data(contentsOf: whole)
      let cases: [(URL, CaptureError.Kind, String)] = [
        (folder.appending(path: "missing.wav"), .noInput, "No such file"),
        (folder, .noInput, "is a folder"),
        (try file("text.wav", Data("hello, this is text\n".utf8)), .badData, "not a readable recording"),
        (try file("empty.wav", Data()), .badData, "is empty"),
        (try file("head.wav", header.prefix(30)), .badData, "not a readable recording"),
        (try file("headonly.wav", header.prefix(44)), .badData, "holds no samples: 2000 samples are missing"),
      ]
      for (url, kind, words) in cases {
        let (read, error) = failure(url)
        #expect(read.isEmpty)
        #expect(error?.kind == kind, "\(url.lastPathComponent)")
        #expect(error?.message.contains(words) == true, "\(error?.message ?? "-")")
        #expect(error?.message.contains(url.path) == true)
        #expect(error?.message.contains("\n") == false)
      }
      let none = folder.appending(path: "none.flac")
      writeRecording(none, [], rate: 16_000, format: wav)
      #expect(failure(none).error == CaptureError(.badData, "\(none.path) holds no samples"))
    }
  }
}
