import AllocationCounter
import Foundation
import TestSupport
import Testing

@testable import Streaming

extension Preprocessor {
  /// All that `samples`, pushed in pieces of the given lengths, become.
  fileprivate mutating func process(_ samples: [Float], chunks lengths: [Int]? = nil) -> [Float] {
    var output: [Float] = []
    func take(_ piece: Span<Float>) { for index in piece.indices { output.append(piece[index]) } }
    for chunk in Signals.chunks(samples, lengths ?? [max(samples.count, 1)]) { push(chunk.span, take) }
    finish(take)
    return output
  }
}

@Suite("Preprocessing")
struct PreprocessorTests {
  private static func configuration(denoise: Bool = false, gain: Bool = false) -> PreprocessingConfiguration {
    var configuration = PreprocessingConfiguration()
    configuration.denoise = denoise
    configuration.automaticGain = gain
    return configuration
  }

  private static func stage(denoise: Bool = false, gain: Bool = false, sampleRate: Int = Sounds.rate) throws
    -> Preprocessor
  {
    try Preprocessor(configuration(denoise: denoise, gain: gain), sampleRate: sampleRate)
  }

  /// The recordings over and over.
  private static func speech(rounds: Int) throws -> [Float] {
    let once = try Recordings.allCases.flatMap { try Sounds.recording($0) }
    return (0..<rounds).flatMap { _ in once }
  }

  /// RMS in dB below full scale of the blocks of 20 ms that are not 30 dB weaker than the strongest.
  private static func activeLevel(_ samples: ArraySlice<Float>) -> Float {
    let powers = Signals.chunks(Array(samples), [320]).map { pow(Sounds.rms($0), 2) }
    let active = powers.filter { $0 > powers.max()! * 1e-3 }
    return 10 * log10(active.reduce(0, +) / Float(active.count))
  }

  @Test("Off, samples pass unchanged and at once")
  func off() throws {
    var stage = try Self.stage()
    #expect(stage.latency == 0)
    let samples = Signals.noise(5000) + [.nan, .infinity]
    #expect(stage.process(samples, chunks: [1, 7, 2000]).map(\.bitPattern) == samples.map(\.bitPattern))
  }

  @Test("How a sound is cut does not matter, nor what was heard before a reset", arguments: [8000, 16000, 22050])
  func chunks(rate: Int) throws {
    let samples = try Self.speech(rounds: 1)
    var stage = try Self.stage(denoise: true, gain: true, sampleRate: rate)
    let whole = stage.process(samples).map(\.bitPattern)
    #expect(whole.count == samples.count)
    let random = Signals.noise(97, seed: 7).map { 1 + Int(abs($0) * 3000) }
    for lengths in [[1], [639], [640], [641], [997], random] {
      stage.reset()
      let bits = stage.process(samples, chunks: lengths).map(\.bitPattern)
      #expect(bits == whole, "chunks of \(lengths.prefix(3))")
    }
  }

  @Test("As many samples come out as go in, none later than is said", arguments: [0, 1, 319, 320, 321, 640, 1000])
  func length(count: Int) throws {
    var stage = try Self.stage(denoise: true)
    #expect(stage.process(Signals.noise(count, amplitude: 0.1)).count == count)
    stage.reset()
    var given = 0
    for sample in 0..<count {
      stage.push([Float(0.1)].span) { given += $0.count }
      #expect(sample - given < stage.latency)
    }
  }

  /// A gain target that the sound has already leaves it almost as it is: what comes out lies where it went in.
  @Test("Samples stay at their time", arguments: [false, true])
  func aligned(gain: Bool) throws {
    var stage = try Self.stage(denoise: !gain, gain: gain)
    let samples = try Self.speech(rounds: 2)
    let output = stage.process(samples)
    let middle = samples.count / 2
    func likeness(_ lag: Int) -> Float {
      (middle..<middle + 32000).reduce(0) { $0 + output[$1 + lag] * samples[$1] }
    }
    #expect((-700...700).max { likeness($0) < likeness($1) } == 0)
  }

  @Test("Rows and utterances stay at their time")
  func rows() throws {
    let samples = try Sounds.inQuietRoom(.angry)
    func log(_ preprocessing: PreprocessingConfiguration) throws -> UtteranceLog {
      var stream = try UtteranceStream(
        frontEnd: FrontEndConfiguration(), gate: SpeechGateConfiguration(), preprocessing: preprocessing,
        inputRate: Sounds.rate)
      return stream.log(samples, chunks: [160])
    }
    let plain = try log(PreprocessingConfiguration())
    let denoised = try log(Self.configuration(denoise: true))
    func heard(_ log: UtteranceLog) -> Int {
      log.entries.count { if case .received = $0 { true } else { false } }
    }
    #expect(heard(denoised) == heard(plain))
    try #require(plain.utterances.count == 1 && denoised.utterances.count == 1)
    // The edges of an utterance are where the level passes a threshold, which less noise can move by a row.
    #expect(abs(plain.utterances[0].lowerBound - denoised.utterances[0].lowerBound) <= 1)
    #expect(abs(plain.utterances[0].upperBound - denoised.utterances[0].upperBound) <= 1)
  }

  /// 6.1, 7.5 and 8.3 dB measured; the second half, when the noise is known.
  @Test("Pink noise is reduced", arguments: [(20, 4.5), (10, 6), (5, 6.5)] as [(Float, Float)])
  func noise(ratio: Float, gain: Float) throws {
    let speech = try Self.speech(rounds: 6)
    let seconds = Double(speech.count) / Double(Sounds.rate)
    let noise = Sounds.noise(
      slope: 1, seconds: seconds, level: 20 * log10(Sounds.rms(speech)) - ratio)
    var stage = try Self.stage(denoise: true)
    let output = stage.process(zip(speech, noise).map { $0 + $1 })
    let half = speech.count / 2..<min(speech.count, noise.count)
    let difference = half.map { output[$0] - speech[$0] }
    let after = 20 * log10(Sounds.rms(speech[half]) / Sounds.rms(difference))
    #expect(after - ratio > gain, "\(ratio) dB became \(after) dB")
  }

  /// Of 24 voices the levels differ by 1.9 dB (standard deviation) and at most 4.5 dB, as what is loud is not what has
  /// the largest RMS.
  @Test("Speech comes to its target, whatever level it had", arguments: [-20, -40] as [Float], [-26, -32] as [Float])
  func gain(level: Float, target: Float) throws {
    let speech = try Self.speech(rounds: 8)
    var configuration = Self.configuration(gain: true)
    configuration.gainTarget = target
    var stage = try Preprocessor(configuration, sampleRate: Sounds.rate)
    let factor = pow(10, (level - Self.activeLevel(speech[...])) / 20)
    let output = stage.process(speech.map { $0 * factor })
    let after = Self.activeLevel(output[(output.count / 2)...])
    #expect(abs(after - target) < 4.5, "\(after) dB")
  }

  @Test("What is not a number, too large or too small harms nothing")
  func hostile() throws {
    let speech = try Sounds.recording(.angry)
    var samples = speech
    for (place, value) in [Float.nan, .infinity, -.infinity, .leastNonzeroMagnitude, 1e30, -7, -0.0].enumerated() {
      for index in 0..<50 { samples[20_000 + 1000 * place + index] = value }
    }
    var stage = try Self.stage(denoise: true, gain: true)
    let output = stage.process(samples)
    #expect(output.count == samples.count)
    #expect(output.allSatisfy { abs($0) <= 1 })
    for constant in [Float.nan, 1, -1, 0, .leastNonzeroMagnitude] {
      stage.reset()
      let output = stage.process([Float](repeating: constant, count: 30_000))
      #expect(output.count == 30_000 && output.allSatisfy { abs($0) <= 1 }, "\(constant)")
    }
  }

  /// Decaying estimates could become denormals, which some processors compute a hundred times slower.
  @Test("Minutes of silence after speech cost no more than speech")
  func silence() throws {
    var stage = try Self.stage(denoise: true, gain: true)
    let speech = try Self.speech(rounds: 3)
    let silence = [Float](repeating: 0, count: speech.count)
    func cost(_ samples: [Float]) -> Duration {
      let begin = ContinuousClock.now
      stage.push(samples.span) { _ in }
      return ContinuousClock.now - begin
    }
    let ofSpeech = (0..<3).map { _ in cost(speech) }.min()!
    let ofSilence = (0..<12).map { _ in cost(silence) }.min()!
    let latest = (0..<3).map { _ in cost(silence) }.min()!
    // Other programs may take the processor; a slow-down by denormals would be tenfold.
    #expect(max(ofSilence, latest) < ofSpeech * 3, "\(ofSpeech), \(ofSilence), \(latest)")
  }

  @Test(
    "Nothing is allocated after the start",
    .enabled(if: allocation_counter_works(), "a sanitizer has its own allocator, so nothing can be counted"))
  func allocations() throws {
    var stage = try Self.stage(denoise: true, gain: true)
    let speech = try Self.speech(rounds: 2)
    var energy: Float = 0
    stage.push(speech.span.extracting(0..<1000)) { energy += $0[0] }
    let before = allocation_count()
    stage.push(speech.span) { energy += $0[0] * $0[0] }
    stage.finish { energy += $0[0] * $0[0] }
    #expect(allocation_count() == before)
    #expect(energy > 0)
  }

  @Test("A whole pipeline behind preprocessing allocates for events only")
  func pipeline() throws {
    var recognizer = Recognizer.builtIn
    recognizer.replacePreprocessing(Self.configuration(denoise: true, gain: true))
    var pipeline = try Pipeline(recognizer, inputRate: Sounds.rate)
    let speech = try Self.speech(rounds: 2)
    var utterances = 0
    func note(_ event: PipelineEvent) { if case .utterance = event { utterances += 1 } }
    pipeline.push(speech.span, note)
    pipeline.finish(note)
    #expect(utterances == 4)
    guard allocation_counter_works() else { return }
    pipeline.reset()
    pipeline.push(speech.span, note)
    for chunk in Signals.chunks(speech, [640]) {
      var events = 0
      let before = allocation_count()
      pipeline.push(chunk.span) { _ in events += 1 }
      let count = Int(allocation_count() - before)
      #expect(count <= 2 * events)
    }
  }
}
