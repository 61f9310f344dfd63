import Foundation
import Models
import Streaming
import Support
import TestSupport
import Testing

@testable import Capture
@testable import Training

@Suite("Robustness")
struct RobustnessTests {
  static let rate = SyntheticVoices.rate
  static let voice = Sound(
    samples: SyntheticVoices.samples(actor: 1, emotion: 3, statement: 1, repetition: 1), rate: rate)

  /// A tone of half a second, and half a second for filters to settle.
  static func tone(_ frequency: Double, amplitude: Double = 0.1) -> Sound {
    Sound(
      samples: (0..<rate).map { Float(amplitude * sin(2 * .pi * frequency * Double($0) / Double(rate))) }, rate: rate)
  }

  static func distorter(_ name: String, noiseRecordings: String? = nil) throws -> Distorter {
    let distortion = try #require(Distortion.all(noiseRecordings: noiseRecordings).first { $0.name == name })
    return try Distorter(distortion, rate: rate, seed: 46)
  }

  /// By how much a distortion makes a tone louder, in dB.
  static func gain(_ name: String, at frequency: Double) throws -> Double {
    let tone = tone(frequency)
    let distorted = try distorter(name).apply(to: tone, clip: 0, speaker: 0)
    func power(_ sound: Sound) -> Float { NoiseMixer.power(sound.samples[(rate / 2)...]) }
    return 10 * log10(Double(power(distorted) / power(tone)))
  }

  static func differences(_ sound: Sound, _ other: Sound) -> [Float] {
    zip(sound.samples, other.samples).map { $0 - $1 }
  }

  @Test("Each distortion has a name of its own; recorded noise is there where there are recordings")
  func list() {
    let all = Distortion.all(noiseRecordings: nil)
    #expect(Set(all.map(\.name)).count == all.count)
    let kinds = Dictionary(grouping: all, by: \.kind).mapValues(\.count)
    #expect(kinds == ["gain": 4, "offset": 2, "noise": 12, "band": 1, "room": 2, "equalizer": 8, "codec": 2])
    let more = Distortion.all(noiseRecordings: "x").filter { $0.name.hasPrefix("recorded noise") }
    #expect(more.count == 3)
  }

  @Test("Gains are what they say, and clip at full scale", arguments: [-20, -10, 6, 12])
  func gains(_ gain: Int) throws {
    // Twice as loud fits, four times as loud does not.
    let peak = Self.voice.samples.map(abs).max()!
    let voice = Sound(samples: Self.voice.samples.map { 0.4 / peak * $0 }, rate: Self.rate)
    let distorted = try Self.distorter("gain \(gain > 0 ? "+" : "")\(gain) dB").apply(to: voice, clip: 0, speaker: 0)
    let factor = Float(pow(10, Double(gain) / 20))
    for (sample, was) in zip(distorted.samples, voice.samples) {
      // The same product in single precision.
      #expect(abs(sample - max(-1, min(1, factor * was))) <= 1e-6)
    }
    #expect((distorted.samples.map(abs).max()! == 1) == (gain == 12))
  }

  @Test("Noise is as strong as it says, and the same at each strength", arguments: ["white", "pink", "brown"])
  func noise(_ kind: String) throws {
    func noise(_ snr: Int) throws -> [Float] {
      let distorted = try Self.distorter("\(kind) noise, \(snr) dB").apply(to: Self.voice, clip: 3, speaker: 1)
      return Self.differences(distorted, Self.voice)
    }
    let voice = NoiseMixer.voicePower(Self.voice.samples, rate: Self.rate)
    let (soft, loud) = (try noise(20), try noise(5))
    for (noise, snr) in [(soft, 20.0), (loud, 5)] {
      // Differences of samples near 1 round to 1e-7, which is nothing here; clipped peaks, if any, take a little away.
      #expect(abs(10 * log10(Double(voice / NoiseMixer.power(noise))) - snr) < 0.2)
    }
    let ratio = Float(pow(10, 15.0 / 20))
    for (soft, loud) in zip(soft, loud) where abs(loud) > 0.01 { #expect(abs(loud / soft - ratio) < 0.01 * ratio) }
    let other = try Self.distorter("\(kind) noise, 20 dB").apply(to: Self.voice, clip: 4, speaker: 1)
    #expect(Self.differences(other, Self.voice) != soft)
  }

  @Test("Recorded noise comes from the recordings, and is missed where there are none")
  func recorded() throws {
    try TemporaryFolder.with { folder in
      #expect(throws: OperationError.self) { try Self.distorter("recorded noise, 5 dB", noiseRecordings: folder) }
      // A step that no other noise has: half of the samples at one level, half at its negative.
      let square = (0..<Self.rate).map { Float($0 / 100 % 2 == 0 ? 0.5 : -0.5) }
      try SyntheticVoices.write(square, to: "\(folder)/a.wav")
      let distorted = try Self.distorter("recorded noise, 10 dB", noiseRecordings: folder).apply(
        to: Self.voice, clip: 0, speaker: 0)
      let noise = Self.differences(distorted, Self.voice).map(abs)
      // Sums of two numbers below 1 in single precision.
      #expect(noise.max()! - noise.min()! < 1e-5 && noise.max()! > 0.001)
    }
  }

  @Test("A telephone's band, and equalisers")
  func filters() throws {
    #expect(abs(try Self.gain("telephone band", at: 1000)) < 0.5)
    // Four octaves below and one above the band, 24 dB each.
    #expect(try Self.gain("telephone band", at: 75) < -40)
    #expect(try Self.gain("telephone band", at: 6800) < -20)
    // Well inside the shelves, and at the middle of the peak.
    for (name, frequency) in [("bass", 40.0), ("middle", 1000), ("treble", 7500)] {
      #expect(abs(try Self.gain("\(name) +6 dB", at: frequency) - 6) < 0.5)
      #expect(abs(try Self.gain("\(name) -6 dB", at: frequency) + 6) < 0.5)
    }
    #expect(abs(try Self.gain("bass +6 dB", at: 3000)) < 0.2)
    #expect(abs(try Self.gain("treble -6 dB", at: 200)) < 0.2)
    #expect(abs(try Self.gain("bass +6 dB, treble -6 dB", at: 40) - 6) < 0.5)
    #expect(abs(try Self.gain("bass +6 dB, treble -6 dB", at: 7500) + 6) < 0.5)
  }

  @Test("A room rings on behind the sound as long as it says", arguments: [0.3, 0.8])
  func room(_ rt60: Double) throws {
    var click = Sound(samples: Array(repeating: 0, count: 1000), rate: Self.rate)
    click.samples[0] = 1
    let distorted = try Self.distorter("room of \(rt60) s").apply(to: click, clip: 0, speaker: 0)
    #expect(distorted.samples.count == 999 + Int(rt60 * Double(Self.rate)))
    let echoes = NoiseMixer.power(distorted.samples[1...]) * Float(distorted.samples.count - 1)
    // 3 dB more in the direct sound.
    #expect(abs(10 * log10(Double(distorted.samples[0] * distorted.samples[0] / echoes)) - 3) < 0.1)
  }

  @Test(
    "Codes write at their bit rates, and what they leave is the same speech",
    arguments: SpeechCodec.allCases.filter(\.isAvailable))
  func codecs(_ codec: SpeechCodec) throws {
    let (samples, rate) = try Recordings.angry.samples()
    let sound = Sound(samples: samples, rate: rate)
    try TemporaryFolder.with { folder in
      let path = "\(folder)/speech.\(codec.rawValue)"
      let wide = try sound.resampled(to: SpeechCodec.sampleRate)
      try codec.write(wide.samples, to: path)
      let size = try #require(FileManager.default.attributesOfItem(atPath: path)[.size] as? Int)
      let bitRate = 8 * Double(size) / (Double(wide.samples.count) / Double(wide.rate))
      // Headers of a short file, and a rate that Opus keeps on the mean only.
      #expect(abs(bitRate / Double(codec.bitRate) - 1) < 0.3, "\(bitRate) bits per second")
    }
    let coded = try sound.coded(by: codec)
    #expect(coded.rate == SpeechCodec.sampleRate)
    let narrow = try coded.resampled(to: 16_000).samples
    let was = try sound.resampled(to: 16_000).samples
    #expect(narrow != was && abs(narrow.count - was.count) < 1600)
    // The correlation at the best delay; MP3 has one of up to 1500 samples at 48 kHz.
    func correlation(_ delay: Int) -> Double {
      let count = min(was.count, narrow.count) - 800
      var (product, first, second) = (0.0, 0.0, 0.0)
      for i in 0..<count where narrow.indices.contains(i + delay) {
        product += Double(was[i]) * Double(narrow[i + delay])
        first += Double(was[i]) * Double(was[i])
        second += Double(narrow[i + delay]) * Double(narrow[i + delay])
      }
      return product / (first * second).squareRoot()
    }
    // Lossy codes keep what is heard, not the wave: at these rates they keep most of it all the same.
    #expect((-50...600).map(correlation).max()! > 0.85)
  }

  @Test("Losses, and clips that are heard otherwise, are counted")
  func counts() throws {
    func posteriors(_ heard: [Int?]) -> Posteriors {
      var posteriors = Posteriors(classes: 2)
      for (label, heard) in zip([0, 0, 0, 1], heard) {
        posteriors.add(label: label, probabilities: heard.map { $0 == 0 ? [0.75, 0.25] : [0.25, 0.75] } ?? [])
      }
      return posteriors
    }
    let clean = posteriors([0, 0, 1, 1])
    var robustness = Robustness(clean, seed: 1)
    let distortion = Distortion(kind: "k", name: "n", change: .equalizer([]))
    robustness.add(distortion, posteriors([0, 1, 0, nil]), clean: clean)
    let condition = try #require(robustness.conditions.first)
    #expect(robustness.clips == 4 && robustness.accuracy == 0.75)
    #expect(condition.accuracy == 0.5 && condition.accuracyLoss == 25 && condition.changed == 0.75)
    #expect(condition.unheard == 1 && condition.kind == "k" && condition.name == "n")
    #expect(abs(condition.unweightedAverageRecall - 1.0 / 3) < 1e-12)
    // From 5/6 to 1/3.
    #expect(abs(condition.loss - 50) < 1e-9)
  }

  @Test("What changes nothing loses nothing; noise changes verdicts, by the seed", .timeLimit(.minutes(2)))
  func recognizer() throws {
    try TemporaryFolder.with { folder in
      let recognizer = try Recognizers.untrained(seed: 3)
      let dataset = try Dataset(
        SyntheticVoices.corpus(actors: [1, 2], in: folder), configuration: recognizer.configuration, augmentation: nil)
      let before = SessionHistory.session(seed: 46)
      let clean = recognizer.predictions(dataset, Array(dataset.corpus.clips.indices), before: before)
      let noise = try #require(Distortion.all(noiseRecordings: nil).first { $0.name == "white noise, 5 dB" })
      let nothing = Distortion(kind: "none", name: "none", change: .scene(SoundConfiguration()))
      func robustness(seed: UInt64) throws -> Robustness {
        try recognizer.robustness(
          dataset, clean: clean, before: before, distortions: [nothing, noise], seed: seed)
      }
      let result = try robustness(seed: 46)
      #expect(result.clips == 24 && result.leftOut.isEmpty)
      #expect(result.conditions.map(\.name) == ["none", "white noise, 5 dB"])
      #expect(result.conditions[0].changed == 0 && result.conditions[0].loss == 0)
      #expect(result.conditions[0].accuracy == result.accuracy)
      #expect(result.conditions[1].changed > 0)
      #expect(try robustness(seed: 46) == result)
    }
  }
}
