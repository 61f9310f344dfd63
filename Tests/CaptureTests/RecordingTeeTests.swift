import CSndfile
import Foundation
import Testing

@testable import Capture

@Suite("Recording")
struct RecordingTeeTests {
  /// Delivers given samples, and a warning.
  private struct Given: AudioSource, ~Copyable {
    let sampleRate: Int
    var rest: ArraySlice<Float>

    mutating func read(into buffer: inout MutableSpan<Float>) throws(CaptureError) -> Int {
      let count = min(buffer.count, rest.count)
      for (index, sample) in rest.prefix(count).enumerated() { buffer[index] = sample }
      rest = rest.dropFirst(count)
      return count
    }

    mutating func takeWarnings() -> [CaptureWarning] { [CaptureWarning(code: .xrun, sample: 7, message: "one")] }

    func captureTime(ofSample sample: Int) -> Double? { Double(sample) }

    var captureStatistics: CaptureStatistics? {
      CaptureStatistics(
        xruns: 1, lostSamples: 2, droppedSamples: 3, disconnections: 4, highWaterMark: 5, capacity: 6)
    }
  }

  /// Floats of every kind: full scale, finer than 24 bits, and what is no number.
  private static let floats: [Float] = {
    var generator = SystemRandomNumberGenerator()
    let random = (0..<30_000).map { _ in Float.random(in: -1...1, using: &generator) }
    return [1, -1, 0, 0x1p-24, -0x1p-24, 0x1p-25, 1 - 0x1p-24, .nan, Float.leastNonzeroMagnitude] + random
  }()

  @Test(
    "The recording holds what was delivered, bit for bit, however it was read", arguments: ["flac", "wav", "FLAC"],
    [8000, 16_000, 44_100, 192_000])
  func exact(ending: String, rate: Int) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.\(ending)").path
      let delivered: [Float]
      do {
        var source = try RecordingTee(Given(sampleRate: rate, rest: Self.floats[...]), path: path)
        #expect(source.sampleRate == rate)
        delivered = try readAll(&source, chunks: [1, 160, 997, 9001])
        #expect(source.failure == nil)
      }
      #expect(delivered.count == Self.floats.count)
      for (heard, given) in zip(delivered, Self.floats) {
        #expect(given.isNaN ? heard == 0 : abs(heard - given) <= 0x1p-23 && abs(heard) <= 1)
      }
      var recording = try FileSource(path: path)
      #expect(recording.sampleRate == rate && recording.channels == 1 && recording.frameCount == delivered.count)
      #expect(try readAll(&recording) == delivered)
      let mode = try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
      #expect(mode == 0o600)
    }
  }

  @Test("What a converter of 16 or 24 bits delivers is not changed", arguments: [0x1p-15, 0x1p-23] as [Float])
  func unchanged(step: Float) throws {
    try withTemporaryFolder { folder in
      let samples = (-16_000..<16_000).map { Float($0) * step }
      var source = try RecordingTee(
        Given(sampleRate: 16_000, rest: samples[...]), path: folder.appending(path: "a.flac").path)
      #expect(try readAll(&source) == samples)
    }
  }

  @Test("It can be read while it is being written", arguments: ["flac", "wav"])
  func unfinished(ending: String) throws {
    try withTemporaryFolder { folder in
      let path = folder.appending(path: "a.\(ending)").path
      let samples = tone(440, rate: 8000, count: 40_000)
      var source = try RecordingTee(Given(sampleRate: 8000, rest: samples[...]), path: path)
      _ = try readAll(&source, chunks: [80])
      // As a power failure would leave it: the source is still open.
      var recording = try FileSource(path: path)
      let found = try readAll(&recording)
      // A WAV's header is a second old at most; a block of FLAC has 4096 samples.
      #expect(found.count > 40_000 - 8192 && found == Array(samples.prefix(found.count)))
      #expect(source.failure == nil)
    }
  }

  @Test("Warnings, time and statistics of the source pass through")
  func passing() throws {
    try withTemporaryFolder { folder in
      var source = try RecordingTee(
        Given(sampleRate: 8000, rest: []), path: folder.appending(path: "a.wav").path)
      #expect(source.takeWarnings().map(\.message) == ["one"])
      #expect(source.captureTime(ofSample: 3) == 3)
      #expect(source.captureStatistics?.capacity == 6)
    }
  }

  @Test("Names and places that cannot be recorded to")
  func refused() throws {
    #expect(canRecord(to: "a.flac") && canRecord(to: "/b/A.WAV") && !canRecord(to: "a.mp3") && !canRecord(to: "wav"))
    for (path, kind) in [("a.mp3", CaptureError.Kind.usage), ("/no/such/folder/a.wav", .inputOutput)] {
      let error = try #require(throws: CaptureError.self) {
        _ = try RecordingTee(Given(sampleRate: 8000, rest: []), path: path).sampleRate
      }
      #expect(error.kind == kind && error.message.contains(path))
    }
  }
}
