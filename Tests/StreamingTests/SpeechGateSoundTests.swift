import TestSupport
import Testing

@testable import Streaming

/// The gate behind the front end, on real speech and on noises.
@Suite struct SpeechGateSoundTests {
  /// Half a minute of each.
  private static let noises: [String: [Float]] = {
    let seconds = 30.0
    var noises = [
      "digital silence": [Float](repeating: 0, count: Int(seconds) * Sounds.rate),
      "mains": Sounds.hum(seconds: seconds, level: -30),
      "transformer": Sounds.hum(seconds: seconds, level: -30, frequency: 100),
      "keys": Sounds.keys(seconds: seconds),
      "knocks": Sounds.knocks(seconds: seconds),
      "a constant": [Float](repeating: 0.1, count: Int(seconds) * Sounds.rate),
    ]
    for (slope, name) in ["white", "pink", "brown"].enumerated() {
      for level in [-70, -40, -20] as [Float] {
        noises["\(name) \(level)"] = Sounds.noise(slope: slope, seconds: seconds, level: level)
      }
      noises["\(name) after silence"] =
        Sounds.noise(slope: 1, seconds: seconds / 2, level: -75)
        + Sounds.noise(slope: slope, seconds: seconds / 2, level: -25)
    }
    noises["transformer after silence"] =
      Sounds.noise(slope: 1, seconds: seconds / 2, level: -75)
      + Sounds.hum(seconds: seconds / 2, level: -25, frequency: 100)
    return noises
  }()

  @Test(arguments: noises.keys.sorted())
  func noiseAloneIsNoSpeech(name: String) throws {
    var stream = try UtteranceStream()
    let log = stream.log(Self.noises[name]!)
    #expect(log.utterances == [])
  }

  @Test(arguments: Recordings.allCases)
  func aRecordingIsOneUtterance(recording: Recordings) throws {
    let samples = try Sounds.recording(recording)
    var stream = try UtteranceStream()
    let utterances = stream.log(samples).utterances
    try #require(utterances.count == 1)
    let (start, end) = (stream.start(ofRow: utterances[0].lowerBound), stream.end(ofRow: utterances[0].upperBound - 1))
    // What lies before and after is silent; what is heard is nearly all of the recording's energy.
    let heard = samples[Int(start * Double(Sounds.rate))..<min(Int(end * Double(Sounds.rate)), samples.count)]
    let all = samples.reduce(0) { $0 + $1 * $1 }
    #expect(heard.reduce(0) { $0 + $1 * $1 } >= 0.98 * all)
    #expect(end - start >= 1)
    #expect(heard.count < samples.count * 9 / 10)
  }

  @Test(arguments: Recordings.allCases, [20, 10] as [Float])
  func speechIsFoundInNoise(recording: Recordings, ratio: Float) throws {
    let samples = try Sounds.inQuietRoom(recording)
    var stream = try UtteranceStream()
    let log = stream.log(samples)
    let clean = try #require(log.utterances.first)
    let speech = samples[clean.lowerBound * 640..<clean.upperBound * 640]
    for slope in 0...2 {
      let noise = Sounds.scaled(
        Sounds.noise(slope: slope, seconds: Double(samples.count) / Double(Sounds.rate), level: 0),
        to: Waveform.level(rms: Sounds.rms(speech)) - ratio)
      stream.reset()
      let utterances = stream.log(zip(samples, noise + [0]).map { $0 + $1 }).utterances
      let heard = utterances.reduce(0) { $0 + $1.clamped(to: clean).count }
      let outside = utterances.reduce(0) { $0 + $1.count } - heard
      // Quiet ends drown; nothing of the noise before and after counts, but for the rows next to speech.
      #expect(Double(heard) >= (ratio == 20 ? 0.8 : 0.6) * Double(clean.count), "slope \(slope)")
      #expect(outside <= 12, "slope \(slope)")
    }
  }
}
