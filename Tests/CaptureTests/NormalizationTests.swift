import CSndfile
import Capture
import Foundation
import Testing

@Suite("Normalisation")
struct NormalizationTests {
  private let float = SF_FORMAT_WAV | SF_FORMAT_FLOAT

  private func level(_ samples: [Float]) -> Double {
    10 * log10(samples.reduce(0) { $0 + Double($1 * $1) } / Double(samples.count))
  }

  private func gain(_ url: URL, _ normalization: LevelNormalization) throws -> Float? {
    let recording = try NormalizedFileSource(path: url.path, normalization: normalization)
    return recording.gain
  }

  /// ITU-R BS.1770: one channel with a sine of 997 Hz at full scale has -3.01 LUFS; EBU Tech 3341 allows 0.1 LU.
  @Test("Loudness is that of the standard", arguments: [16_000, 48_000], [-3.0, -20, -40])
  func loudness(rate: Int, decibels: Double) throws {
    var meter = LevelMeter(sampleRate: rate)
    let amplitude = pow(10, decibels / 20)
    let samples = (0..<5 * rate).map { Float(amplitude * sin(2 * .pi * 997 * Double($0) / Double(rate))) }
    for start in stride(from: 0, to: samples.count, by: 997) {
      meter.push(samples.span.extracting(start..<min(start + 997, samples.count)))
    }
    let (loudness, peak) = (meter.loudness, Double(meter.peak))
    #expect(abs(try #require(loudness) - (decibels - 3.01)) < 0.1)
    #expect(abs(peak - amplitude) < 1e-3 * amplitude)
  }

  @Test("A recording comes to its peak or loudness, in any chunks; without a wish it stays")
  func recordings() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "quiet.wav")
      let samples = tone(997, rate: 16_000, count: 32_000, amplitude: 0.01)
      writeRecording(url, samples, rate: 16_000, format: float)
      var plain = try NormalizedFileSource(path: url.path, normalization: nil)
      let isSame = try readAll(&plain, chunks: [1, 997]) == samples
      #expect(isSame)
      var peak = try NormalizedFileSource(path: url.path, normalization: .peak)
      let loudest = try readAll(&peak, chunks: [1, 997]).reduce(0) { max($0, abs($1)) }
      #expect(abs(20 * log10(loudest) - -1) < 1e-3)
      var loud = try NormalizedFileSource(path: url.path, normalization: .loudness)
      // A sine in one channel: its mean square is its loudness at this frequency.
      let loudness = level(try readAll(&loud))
      #expect(abs(loudness - -23) < 0.1)
    }
  }

  @Test("The loudness gives way where the peak would pass -1 dB")
  func limited() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "clicks.wav")
      var samples = tone(997, rate: 16_000, count: 32_000, amplitude: 0.002)
      samples[16_000] = 0.5
      writeRecording(url, samples, rate: 16_000, format: float)
      let gain = try #require(try gain(url, .loudness))
      #expect(abs(gain - Float(pow(10, -0.05)) / 0.5) < 1e-6)
    }
  }

  @Test("What has no level is left as it is")
  func noLevel() throws {
    try withTemporaryFolder { folder in
      let silence = folder.appending(path: "silence.wav")
      writeRecording(silence, [Float](repeating: 0, count: 20_000), rate: 16_000, format: float)
      let short = folder.appending(path: "short.wav")
      writeRecording(short, tone(997, rate: 16_000, count: 6000), rate: 16_000, format: float)
      for normalization in LevelNormalization.allCases {
        let gain = try gain(silence, normalization)
        #expect(gain == nil)
      }
      let loudness = try gain(short, .loudness)
      #expect(loudness == nil)
      let peak = try gain(short, .peak)
      #expect(peak != nil)
    }
  }

  @Test("A torn recording delivers what is there, normalised, and then throws")
  func torn() throws {
    try withTemporaryFolder { folder in
      let url = folder.appending(path: "torn.wav")
      writeRecording(url, tone(997, rate: 16_000, count: 20_000), rate: 16_000, format: float)
      let data = try Data(contentsOf: url)
      try data.dropLast(4000).write(to: url)
      var source = try NormalizedFileSource(path: url.path, normalization: .peak)
      var read: [Float] = []
      var failure: CaptureError?
      do throws(CaptureError) {
        while true {
          var buffer = [Float](repeating: 0, count: 1000)
          var span = buffer.mutableSpan
          let count = try source.read(into: &span)
          if count == 0 { break }
          read += buffer.prefix(count)
        }
      } catch {
        failure = error
      }
      #expect(read.count == 19_000)
      #expect(abs(20 * log10(read.reduce(0) { max($0, abs($1)) }) - -1) < 1e-3)
      #expect(failure?.message.contains("1000 samples are missing") == true)
    }
  }

  @Test("A pipe cannot be read twice")
  func pipe() throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "pipe.wav").path
      #expect(mkfifo(path, 0o600) == 0)
      let error = #expect(throws: CaptureError.self) {
        _ = try NormalizedFileSource(path: path, normalization: .peak)
      }
      #expect(error?.kind == .usage)
      #expect(error?.message.contains("pipe.wav is not a file") == true)
    }
  }
}
