import AllocationCounter
import Foundation
import Models
import TestSupport
import Testing

@testable import Streaming

extension HighPass {
  /// All that `samples`, pushed in pieces of the given lengths, become.
  fileprivate mutating func process(_ samples: [Float], chunks lengths: [Int]? = nil) -> [Float] {
    var output: [Float] = []
    for chunk in Signals.chunks(samples, lengths ?? [max(samples.count, 1)]) {
      push(chunk.span) { piece in for index in piece.indices { output.append(piece[index]) } }
    }
    return output
  }
}

@Suite("The high-pass ahead of features")
struct HighPassTests {
  /// Values of `Tests/Golden/high_pass_reference.py`, from the state of the first sample on.
  @Test("It is SciPy's Butterworth of second order", arguments: [8000, 16000, 44_100, 192_000])
  func equalsSciPy(rate: Int) throws {
    let golden = try Golden("high_pass")
    let expected = try golden.values("\(rate)/output")
    var filter = HighPass(cutoff: 40, sampleRate: rate)
    let output = filter.process(try golden.values("\(rate)/input"))
    try #require(output.count == expected.count)
    // Both are computed in double precision and rounded to single; values are below 0.2.
    #expect(zip(output, expected).allSatisfy { abs($0 - $1) < 1e-8 + 1e-7 * abs($1) })
  }

  @Test("How a sound is cut does not matter, nor what came before a reset", arguments: [16000, 48000])
  func chunks(rate: Int) {
    let samples =
      Signals.noise(9000).map { 0.1 + 0.1 * $0 } + [Float](repeating: 0.1, count: 5 * rate) + Signals.noise(999)
    var filter = HighPass(cutoff: 40, sampleRate: rate)
    let whole = filter.process(samples).map(\.bitPattern)
    #expect(whole.count == samples.count)
    let random = Signals.noise(97, seed: 7).map { 1 + Int(abs($0) * 3000) }
    for lengths in [[1], [255], [256], [257], [1023], [1025], [997], random] {
      filter.reset()
      #expect(filter.process(samples, chunks: lengths).map(\.bitPattern) == whole, "chunks of \(lengths.prefix(3))")
    }
  }

  @Test("An offset leaves nothing at all, from the first sample on", arguments: [0.003, 0.1, -0.5, 1] as [Float])
  func offset(offset: Float) {
    var filter = HighPass(cutoff: 40, sampleRate: 48000)
    #expect(filter.process([Float](repeating: offset, count: 10_000)).allSatisfy { $0 == 0 })
    // Multiples of 2⁻¹⁵, as converters give them, so that the sums are exact.
    let exact = (offset * 32768).rounded() / 32768
    let noise = Signals.noise(10_000).map { ($0 * 8192).rounded() / 32768 / 4 }
    filter.reset()
    let plain = filter.process([0] + noise)
    filter.reset()
    #expect(filter.process(([0] + noise).map { $0 + exact }) == plain)
  }

  @Test("The power at the cutoff is halved, voices pass", arguments: [16000, 48000])
  func response(rate: Int) {
    for (frequency, decibels) in [(10.0, -24.1), (20, -12.3), (40, -3.01), (80, -0.26), (100, -0.11), (200, 0)] {
      var filter = HighPass(cutoff: 40, sampleRate: rate)
      let output = filter.process(Signals.sine(frequency, seconds: 1.5, amplitude: 0.5, rate: rate))
      let level = 20 * log10(Double(Sounds.rms(output[(rate / 2)...])) / (0.5 / 2.0.squareRoot()))
      #expect(abs(level - decibels) < 0.05, "\(frequency) Hz: \(level) dB")
    }
  }

  @Test("Off, samples pass unchanged")
  func off() {
    var filter = HighPass(cutoff: 0, sampleRate: 16000)
    let samples = Signals.noise(3000) + [.nan, .infinity, 0.25]
    #expect(filter.process(samples, chunks: [1, 700]).map(\.bitPattern) == samples.map(\.bitPattern))
  }

  @Test("What is not finite counts as 0 and harms nothing that follows")
  func hostile() {
    for first in [Float.nan, .infinity, 0.3] {
      var samples = [first] + Signals.noise(2000, amplitude: 0.5)
      samples[700] = .nan
      samples[701] = -.infinity
      samples[1200] = 1e30
      var filter = HighPass(cutoff: 40, sampleRate: 16000)
      let output = filter.process(samples)
      #expect(output.count == samples.count && output[..<1200].allSatisfy { abs($0) < 2 })
      #expect(output.allSatisfy { $0.isFinite })
      filter.reset()
      let clean = filter.process(samples.map { $0.isFinite ? $0 : 0 })
      #expect(output == clean)
    }
  }

  /// In silence the filter's state decays; denormals would make it a hundred times as slow on some processors.
  @Test("Silence after speech costs no more than speech, and becomes exactly 0")
  func silence() {
    var filter = HighPass(cutoff: 40, sampleRate: 16000)
    let noise = Signals.noise(160_000)
    let silence = [Float](repeating: 0, count: noise.count)
    func cost(_ samples: [Float]) -> Duration {
      let begin = ContinuousClock.now
      filter.push(samples.span) { _ in }
      return ContinuousClock.now - begin
    }
    let ofNoise = (0..<3).map { _ in cost(noise) }.min()!
    let ofSilence = (0..<9).map { _ in cost(silence) }.min()!
    #expect(ofSilence < ofNoise * 3)
    #expect(filter.process(silence).allSatisfy { $0 == 0 })
  }

  @Test(
    "Nothing is allocated after the start",
    .enabled(if: allocation_counter_works(), "a sanitizer has its own allocator, so nothing can be counted"))
  func allocations() {
    var filter = HighPass(cutoff: 40, sampleRate: 16000)
    let noise = Signals.noise(10_000)
    var energy: Float = 0
    let before = allocation_count()
    filter.push(noise.span) { energy += $0[0] * $0[0] }
    filter.reset()
    filter.push(noise.span) { energy += $0[0] * $0[0] }
    #expect(allocation_count() == before)
    #expect(energy > 0)
  }

  @Test("Configurations have it unless they say otherwise; impossible ones are refused")
  func configuration() throws {
    func decode(_ json: String) throws -> PreprocessingConfiguration {
      try JSONDecoder().decode(PreprocessingConfiguration.self, from: Data(json.utf8))
    }
    #expect(try decode("{}").highPass == 40)
    #expect(try decode(#"{"highPass": 0}"#).highPass == 0)
    #expect(try decode(#"{"highPass": 80, "denoise": true}"#).highPass == 80)
    for wrong in ["-1", "5", "201", "1e9"] {
      #expect(throws: ConfigurationError.self, "\(wrong)") { try decode(#"{"highPass": \#(wrong)}"#).validate() }
    }
  }

  @Test("A model and a profile of version 1 were made without it, and are used so")
  func formerFiles() throws {
    var file = Recognizer.builtIn.checkpoint
    #expect(file.metadata["version"] == "2")
    #expect(
      try Recognizer(file, name: "it").configuration.preprocessing == Recognizer.builtIn.configuration.preprocessing)
    func withoutKey(_ json: String?) throws -> String {
      let json = try #require(json)
      let key = try #require(json.firstRange(of: /"highPass":[0-9.]+,?/))
      return json.replacingCharacters(in: key, with: "")
    }
    file.metadata["version"] = "1"
    file.metadata["configuration"] = try withoutKey(file.metadata["configuration"])
    #expect(try Recognizer(file, name: "it").configuration.preprocessing.highPass == 0)
    file.metadata["version"] = "3"
    #expect(throws: CheckpointError.self) { try Recognizer(file, name: "it") }

    let width = Recognizer.builtIn.statistics.mean.count
    let statistics = FeatureStatistics(
      weight: 100, mean: Array(repeating: 0, count: width), variance: Array(repeating: 1, count: width))
    let profile = VoiceProfile(statistics, madeWith: Recognizer.builtIn.configuration)
    var saved = profile.file
    #expect(saved.metadata["version"] == "2")
    #expect(try VoiceProfile(saved, name: "me").preprocessing == profile.preprocessing)
    saved.metadata["version"] = "1"
    saved.metadata["preprocessing"] = try withoutKey(saved.metadata["preprocessing"])
    #expect(try VoiceProfile(saved, name: "me").preprocessing.highPass == 0)
  }
}

/// What lies below a voice, through the whole path at the rates that devices have.
@Suite("Speech on an offset, a drift and hum")
struct LowFrequencyTests {
  /// What is added to a voice: at a time in seconds.
  private static let disturbances: [(String, @Sendable (Double) -> Double)] = [
    ("0.3 %", { _ in 0.003 }), ("1 %", { _ in 0.01 }), ("3 %", { _ in 0.03 }), ("10 %", { _ in 0.1 }),
    ("-10 %", { _ in -0.1 }),
    ("decaying", { 0.1 * exp(-$0 / 0.5) }), ("falling for 2 s", { 0.03 * max(0, 1 - $0 / 2) }),
  ]

  /// The labels that the pipeline reports of a sound as 16 bits would hold it, and its speech.
  private func results(_ samples: [Float], rate: Int) throws -> (labels: [String], utterances: [ClosedRange<Double>]) {
    var pipeline = try Pipeline(Recognizer.builtIn, inputRate: rate)
    var labels: [String] = []
    var utterances: [ClosedRange<Double>] = []
    func note(_ event: PipelineEvent) {
      guard case .utterance(let utterance) = event else { return }
      labels.append("\(utterance.label)")
      utterances.append(utterance.start...utterance.end)
    }
    let steps = samples.map { ($0 * 32768).rounded() / 32768 }
    pipeline.push(steps.span, note)
    pipeline.finish(note)
    return (labels, utterances)
  }

  @Test("Neither labels nor the extent of speech depend on it", arguments: Recordings.allCases, [8000, 16000, 48000])
  func disturbed(recording: Recordings, rate: Int) throws {
    let (samples, own) = try recording.samples()
    var resampler = try Resampler(from: own, to: rate)
    var voice: [Float] = []
    func keep(_ piece: Span<Float>) { for index in piece.indices { voice.append(0.5 * piece[index]) } }
    resampler.push(samples.span, keep)
    resampler.finish(keep)
    let clean = try results(voice, rate: rate)
    try #require(clean.utterances.count == 1)
    for (name, disturbance) in Self.disturbances {
      let disturbed = voice.enumerated().map { $1 + Float(disturbance(Double($0) / Double(rate))) }
      let result = try results(disturbed, rate: rate)
      #expect(result.labels == clean.labels, "\(name)")
      // 40 ms: a row.
      #expect(
        result.utterances.count == 1
          && abs(result.utterances[0].lowerBound - clean.utterances[0].lowerBound) < 0.041
          && abs(result.utterances[0].upperBound - clean.utterances[0].upperBound) < 0.041, "\(name)")
    }
  }

  @Test("Mains hum 10 dB below a voice hides nothing of it", arguments: Recordings.allCases, [50, 60] as [Double])
  func hum(recording: Recordings, frequency: Double) throws {
    let voice = try Sounds.recording(recording)
    let clean = try results(voice, rate: Sounds.rate)
    let speech = try #require(clean.utterances.first)
    let loud = voice[Int(speech.lowerBound * 16000)..<min(Int(speech.upperBound * 16000), voice.count)]
    let hum = (0..<voice.count).map { index in
      let angle = 2 * .pi * frequency * Double(index) / 16000
      return Float(sin(angle) + 0.5 * sin(2 * angle + 1) + 0.3 * sin(3 * angle + 2))
    }
    let scaled = Sounds.scaled(hum, to: Waveform.level(rms: Sounds.rms(loud)) - 10)
    let result = try results(zip(voice, scaled).map { $0 + $1 }, rate: Sounds.rate)
    #expect(result.labels == clean.labels)
    try #require(result.utterances.count == 1)
    let kept =
      min(result.utterances[0].upperBound, speech.upperBound) - max(result.utterances[0].lowerBound, speech.lowerBound)
    #expect(kept > 0.8 * (speech.upperBound - speech.lowerBound))
  }
}
