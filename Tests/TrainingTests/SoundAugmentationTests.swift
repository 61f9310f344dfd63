import Capture
import Foundation
import Models
import Support
import Testing

@testable import Streaming
@testable import Training

@Suite("Augmentation of sounds")
struct SoundAugmentationTests {
  static let rate = 16000

  static func voice() -> [Float] { SyntheticVoices.samples(actor: 3, emotion: 3, statement: 1, repetition: 1) }

  /// Energies of the bins in some bands, in dB, of 2¹⁶ samples.
  private func bandLevels(_ samples: [Float], _ bands: [ClosedRange<Double>]) -> [Double] {
    var transform = ForwardTransform(size: samples.count)
    let input = transform.input.mutableElements
    for i in samples.indices { input[i] = samples[i] }
    transform.execute()
    let output = transform.output.elements
    return bands.map { band in
      let bins = (0..<ForwardTransform.bins(samples.count)).filter {
        band.contains(Double($0) * Double(Self.rate) / Double(samples.count))
      }
      return 10
        * log10(
          bins.reduce(0.0) { $0 + Double(output[2 * $1] * output[2 * $1] + output[2 * $1 + 1] * output[2 * $1 + 1]) })
    }
  }

  @Test("The power of a voice is that of its loud parts, however long it is silent")
  func voicePower() {
    let tone = (0..<16000).map { 0.4 * sin(2 * .pi * 200 * Float($0) / 16000) }
    let silence = [Float](repeating: 0.0001, count: 8000)
    // Half the square of the amplitude; 200 Hz has whole periods in 20 ms.
    #expect(abs(NoiseMixer.voicePower(tone, rate: 16000) - 0.08) < 1e-4)
    #expect(abs(NoiseMixer.voicePower(silence + tone + silence + silence, rate: 16000) - 0.08) < 1e-4)
    #expect(NoiseMixer.voicePower([], rate: 16000) == 0)
  }

  @Test("Noise has the signal-to-noise ratio asked for", arguments: Noise.allCases, [-5.0, 0, 12.5, 30])
  func snr(_ kind: Noise, _ snr: Double) {
    var random = RandomSource(seed: 46)
    let clean = Self.voice()
    let recording = (0..<5000).map { _ in random.uniform(-0.2, 0.4) }
    let noise = kind.samples(clean.count, rate: Self.rate, recordings: [recording], using: &random)
    #expect(noise.count == clean.count)
    var noisy = clean
    NoiseMixer.add(noise, to: &noisy, rate: Self.rate, snr: snr)
    let added = zip(noisy, clean).map { $0 - $1 }
    let measured = 10 * log10(NoiseMixer.voicePower(clean, rate: Self.rate) / NoiseMixer.power(added))
    // Differences of single-precision samples.
    #expect(abs(Double(measured) - snr) < 0.01)
    var silent = [Float](repeating: 0, count: clean.count)
    NoiseMixer.add(noise, to: &silent, rate: Self.rate, snr: snr)
    #expect(silent.allSatisfy { $0 == 0 })
  }

  @Test(
    "White, pink and brown noise change by 3, 0 and -3 dB an octave",
    arguments: [(Noise.white, 3.01), (.pink, 0), (.brown, -3.01)])
  func colours(_ kind: Noise, _ step: Double) {
    var random = RandomSource(seed: 46)
    let noise = kind.samples(1 << 16, rate: Self.rate, recordings: [], using: &random)
    let levels = bandLevels(noise, [125...250, 250...500, 500...1000, 1000...2000, 2000...4000])
    // The lowest band has 512 bins, so its energy is known to 4 % or 0.2 dB; four deviations of the difference.
    for (low, high) in zip(levels, levels.dropFirst()) { #expect(abs(high - low - step) < 1.1, "\(levels)") }
    if kind != .white { #expect(bandLevels(noise, [1...19])[0] < levels[0] - 40) }
  }

  @Test("Hum repeats with the mains")
  func hum() {
    var random = RandomSource(seed: 46)
    for _ in 0..<4 {
      let hum = Noise.hum.samples(8000, rate: Self.rate, recordings: [], using: &random)
      // A tenth of a second has whole periods of 50 and of 60 Hz.
      for i in 0..<6400 { #expect(abs(hum[i] - hum[i + 1600]) < 1e-4) }
      #expect(NoiseMixer.power(hum) > 0.5)
    }
  }

  @Test("Recorded noise is a stretch of one of the recordings, which repeats")
  func recorded() {
    var random = RandomSource(seed: 46)
    var starts = Set<Float>()
    for _ in 0..<50 {
      let noise = Noise.recorded.samples(7, rate: 1, recordings: [[1, 2, 3], [10, 11]], using: &random)
      for (now, next) in zip(noise, noise.dropFirst()) {
        #expect([1: 2, 2: 3, 3: 1, 10: 11, 11: 10][now] == next)
      }
      starts.insert(noise[0])
    }
    #expect(starts == [1, 2, 3, 10, 11])
  }

  @Test("Convolution by Fourier transforms equals its sum", arguments: [(1, 1), (57, 13), (13, 57), (64, 65)])
  func convolution(_ count: Int, _ taps: Int) {
    var random = RandomSource(seed: 46)
    let samples = (0..<count).map { _ in random.normal() }
    let response = (0..<taps).map { _ in random.normal() }
    let result = Convolution.apply(response, to: samples)
    #expect(result.count == count + taps - 1)
    for i in result.indices {
      let sum = (0..<taps).reduce(0.0) { sum, tap in
        samples.indices.contains(i - tap) ? sum + Double(response[tap]) * Double(samples[i - tap]) : sum
      }
      // Single precision, sums of up to 57 products.
      #expect(abs(Double(result[i]) - sum) < 1e-4)
    }
  }

  @Test(
    "A simulated room's sound falls by 60 dB in its RT60, by Schroeder's backward integration",
    arguments: [0.25, 0.5, 1.0])
  func reverberationTime(_ rt60: Double) {
    for seed in 0..<5 {
      var random = RandomSource(seed: UInt64(seed))
      let response = Room.simulated(rt60: rt60, direct: 6, rate: Self.rate, using: &random)
      var energy = 0.0
      var decay = response.dropFirst().reversed().map { sample -> Double in
        energy += Double(sample) * Double(sample)
        return energy
      }
      decay = decay.reversed().map { 10 * log10($0 / energy) }
      // The slope between -5 and -35 dB (ISO 3382), by least squares.
      let points = decay.indices.filter { -35...(-5) ~= decay[$0] }
      let meanTime = Double(points.reduce(0, +)) / Double(points.count)
      let meanLevel = points.reduce(0.0) { $0 + decay[$1] } / Double(points.count)
      let covariance = points.reduce(0.0) { $0 + (Double($1) - meanTime) * (decay[$1] - meanLevel) }
      let slope = covariance / points.reduce(0.0) { $0 + pow(Double($1) - meanTime, 2) }
      let measured = -60 / slope / Double(Self.rate)
      // At a quarter of a second the estimate of one response varies by about 2 %.
      #expect(abs(measured / rt60 - 1) < 0.08, "\(measured)")
    }
  }

  @Test("A room's direct sound comes at once and as loud as asked for; its energy is 1")
  func direct() throws {
    var random = RandomSource(seed: 46)
    for ratio in [-6.0, 0, 12] {
      let response = Room.simulated(rt60: 0.3, direct: ratio, rate: Self.rate, using: &random)
      let rest = response.dropFirst().reduce(0.0) { $0 + Double($1) * Double($1) }
      let first = Double(response[0]) * Double(response[0])
      // Sums of thousands of single-precision squares.
      #expect(abs(10 * log10(first / rest) - ratio) < 0.01)
      #expect(abs(first + rest - 1) < 1e-3)
    }
    let recorded = try #require(Room.recorded([0, 0.1, 0.3, -0.4, 0, 0.3]))
    #expect(zip(recorded, [-0.8, 0, 0.6]).allSatisfy { abs($0 - $1) < 1e-6 })
    #expect(recorded.count == 3)
    #expect(Room.recorded([0, 0]) == nil)
  }

  /// What a filter does to a frequency, in dB, from its impulse response.
  private func gain(_ filters: [Biquad], _ frequency: Double) -> Double {
    var response = [Float](repeating: 0, count: 1 << 14)
    response[0] = 1
    for filter in filters { filter.apply(to: &response) }
    var (real, imaginary) = (0.0, 0.0)
    for (i, sample) in response.enumerated() {
      let angle = 2 * .pi * frequency * Double(i) / Double(Self.rate)
      real += Double(sample) * cos(angle)
      imaginary += Double(sample) * sin(angle)
    }
    return 10 * log10(real * real + imaginary * imaginary)
  }

  @Test("Shelves and peaks have their gains where they should", arguments: [-9.0, 3, 12])
  func equalizer(_ decibels: Double) {
    // Single-precision impulse responses.
    let close = 0.02
    let low = [Biquad.lowShelf(300, gain: decibels, rate: Self.rate)]
    #expect(abs(gain(low, 0) - decibels) < close)
    #expect(abs(gain(low, 300) - decibels / 2) < close)
    #expect(abs(gain(low, 8000)) < close)
    let high = [Biquad.highShelf(3000, gain: decibels, rate: Self.rate)]
    #expect(abs(gain(high, 0)) < close)
    #expect(abs(gain(high, 3000) - decibels / 2) < close)
    #expect(abs(gain(high, 8000) - decibels) < close)
    let peak = [Biquad.peak(1000, gain: decibels, quality: 0.7, rate: Self.rate)]
    #expect(abs(gain(peak, 0)) < close)
    #expect(abs(gain(peak, 1000) - decibels) < close)
    #expect(abs(gain(peak, 8000)) < close)
  }

  @Test("A band passes what is within it, has lost 3 dB at its ends and more than 23 dB an octave beyond")
  func band() {
    let telephone = Biquad.band(300...3400, rate: Self.rate)
    #expect(telephone.count == 4)
    #expect(abs(gain(telephone, 1000)) < 0.05)
    #expect(abs(gain(telephone, 300) + 3.01) < 0.05)
    #expect(abs(gain(telephone, 3400) + 3.01) < 0.05)
    #expect(gain(telephone, 150) < -23)
    #expect(gain(telephone, 6800) < -23)
    #expect(Biquad.band(300...8000, rate: Self.rate).count == 2)
  }

  private func surroundings(_ seed: UInt64 = 46, _ change: (inout SoundConfiguration) -> Void) -> AcousticScene {
    var configuration = SoundConfiguration()
    change(&configuration)
    var random = RandomSource(seed: seed)
    return AcousticScene(configuration, SoundBank(), rate: Self.rate, using: &random)
  }

  private func heard(_ surroundings: AcousticScene, _ samples: [Float], seed: UInt64 = 1) throws -> [Float] {
    var random = RandomSource(seed: seed)
    return try surroundings.apply(to: Sound(samples: samples, rate: Self.rate), using: &random).samples
  }

  @Test("Gain is in dB, and what is louder than full scale is clipped")
  func gain() throws {
    let half = surroundings { $0.gain = VariationConfiguration(chance: 1, range: -6.0206...(-6.0206)) }
    let samples: [Float] = [0.5, -1, 0.25, 0]
    #expect(zip(try heard(half, samples), [0.25, -0.5, 0.125, 0]).allSatisfy { abs($0 - $1) < 1e-5 })
    let twice = surroundings { $0.gain = VariationConfiguration(chance: 1, range: 6.0206...6.0206) }
    #expect(zip(try heard(twice, samples), [1, -1, 0.5, 0]).allSatisfy { abs($0 - $1) < 1e-5 })
  }

  @Test("A shift moves a sound, loses what passes an end, and leaves its length")
  func shift() throws {
    let later = surroundings { $0.shift = VariationConfiguration(chance: 1, range: 0.000125...0.000125) }
    #expect(try heard(later, [0.1, 0.2, 0.3, 0.4]) == [0, 0, 0.1, 0.2])
    let earlier = surroundings { $0.shift = VariationConfiguration(chance: 1, range: -0.0000625...(-0.0000625)) }
    #expect(try heard(earlier, [0.1, 0.2, 0.3, 0.4]) == [0.2, 0.3, 0.4, 0])
  }

  @Test("Speed and tempo change a sound's length by their factors, pitch does not")
  func stretch() throws {
    let voice = Self.voice()
    func share(_ change: (inout SoundConfiguration) -> Void) throws -> Double {
      Double(try heard(surroundings(46, change), voice).count) / Double(voice.count)
    }
    // SoundTouch works in blocks of some 80 ms, 6 % of this voice.
    #expect(abs(try share { $0.speed = VariationConfiguration(chance: 1, range: 1.25...1.25) } - 0.8) < 0.001)
    #expect(abs(try share { $0.tempo = VariationConfiguration(chance: 1, range: 1.25...1.25) } - 0.8) < 0.08)
    #expect(abs(try share { $0.pitch = VariationConfiguration(chance: 1, range: 3...3) } - 1) < 0.08)
  }

  @Test("What has no chance changes nothing; what has one happens as often as it says")
  func chances() throws {
    let voice = Self.voice()
    let nothing = surroundings {
      $0.noise = NoiseConfiguration()
      $0.noise!.chance = 0
      $0.reverberation = ReverberationConfiguration()
      $0.reverberation!.chance = 0
      $0.equalizer = VariationConfiguration(chance: 0, range: 6...6)
      $0.bandLimit = VariationConfiguration(chance: 0, range: 300...3400)
      $0.gain = VariationConfiguration(chance: 0, range: 6...6)
    }
    #expect(try heard(nothing, voice) == voice)
    var quieter = 0
    for seed in 0..<400 {
      let drawn = surroundings(UInt64(seed)) { $0.gain = VariationConfiguration(chance: 0.3, range: -6...(-6)) }
      if try heard(drawn, [0.5]) != [0.5] { quieter += 1 }
    }
    // 120 expected, with a deviation of 9; four of them.
    #expect(abs(quieter - 120) < 37)
  }

  @Test("The same numbers give the same copy; speakers and epochs differ in surroundings, clips in their noise")
  func determinism() throws {
    var configuration = SoundConfiguration()
    configuration.gain = VariationConfiguration(chance: 1, range: -12...0)
    let augmenter = try SoundAugmenter(configuration, rate: Self.rate, seed: 46)
    let sound = Sound(samples: [0.5], rate: Self.rate)
    func copy(_ augmenter: SoundAugmenter, _ index: Int, clip: Int, speaker: Int, epoch: Int?) throws -> [Float] {
      try augmenter.copy(index, of: sound, clip: clip, speaker: speaker, epoch: epoch).samples
    }
    let first = try copy(augmenter, 0, clip: 1, speaker: 2, epoch: nil)
    #expect(try copy(augmenter, 0, clip: 1, speaker: 2, epoch: nil) == first)
    #expect(try copy(augmenter, 0, clip: 9, speaker: 2, epoch: nil) == first)
    for other in [
      try copy(augmenter, 1, clip: 1, speaker: 2, epoch: nil), try copy(augmenter, 0, clip: 1, speaker: 3, epoch: nil),
      try copy(augmenter, 0, clip: 1, speaker: 2, epoch: 0),
      try copy(SoundAugmenter(configuration, rate: Self.rate, seed: 47), 0, clip: 1, speaker: 2, epoch: nil),
    ] { #expect(other != first) }
    configuration.gain = nil
    configuration.noise = NoiseConfiguration()
    configuration.noise!.chance = 1
    let noisy = try SoundAugmenter(configuration, rate: Self.rate, seed: 46)
    #expect(
      try copy(noisy, 0, clip: 1, speaker: 2, epoch: nil) != copy(noisy, 0, clip: 2, speaker: 2, epoch: nil))
  }

  @Test("Recorded noises and responses are read from a file or a folder; where there are none is said")
  func bank() throws {
    try TemporaryFolder.with { folder in
      try FileManager.default.createDirectory(atPath: "\(folder)/noise/deep", withIntermediateDirectories: true)
      try SyntheticVoices.write([0.1, 0.2, 0.3], to: "\(folder)/noise/a.wav")
      try SyntheticVoices.write([0, 0, 0], to: "\(folder)/noise/deep/silent.wav")
      try SyntheticVoices.write([0, 0.5, 0.25], to: "\(folder)/response.wav")
      var configuration = SoundConfiguration()
      configuration.noise = NoiseConfiguration()
      configuration.noise!.recordings = "\(folder)/noise"
      configuration.reverberation = ReverberationConfiguration()
      configuration.reverberation!.responses = "\(folder)/response.wav"
      let bank = try SoundBank(configuration, rate: Self.rate)
      #expect(bank.noises.count == 1 && bank.noises[0].count == 3)
      #expect(bank.responses.count == 1 && bank.responses[0].count == 2)

      func failure(_ path: String) -> OperationError? {
        configuration.noise!.recordings = path
        return #expect(throws: OperationError.self) { _ = try SoundBank(configuration, rate: Self.rate) }
      }
      #expect(failure("\(folder)/none")?.kind == .noInput)
      #expect(failure("\(folder)/noise/deep")?.description.contains("holds no noise") == true)
      try FileManager.default.removeItem(atPath: "\(folder)/noise/deep/silent.wav")
      #expect(failure("\(folder)/noise/deep")?.description.contains("holds no recordings") == true)
    }
  }
}

@Suite("Copies of clips")
struct CopyTests {
  static func configuration(cache: Bool) -> TrainingConfiguration {
    var configuration = TrainerTests.short(epochs: 3)
    configuration.validationSpeakers = []
    configuration.heldOutSpeakers = ["3"]
    configuration.augmentation.speeds = []
    configuration.augmentation.copies = 2
    configuration.augmentation.cache = cache
    configuration.augmentation.sound.noise = NoiseConfiguration()
    // Each copy has some, so none is like another.
    configuration.augmentation.sound.noise!.chance = 1
    configuration.augmentation.sound.reverberation = ReverberationConfiguration()
    return configuration
  }

  static func dataset(_ corpus: Corpus, _ configuration: TrainingConfiguration) throws -> Dataset {
    try Dataset(
      corpus, configuration: .small, augmentation: configuration.augmentation, seed: configuration.seed)
  }

  @Test("Cached copies stay; others are drawn anew in each epoch, of the training clips only")
  func redrawing() throws {
    try TemporaryFolder.with { folder in
      let corpus = try SyntheticVoices.corpus(actors: [1], in: folder)
      func bits(_ dataset: Dataset, _ clip: Int, _ version: Int) -> [[Float]] { dataset.rows[clip][version].utterances }
      var cached = try Self.dataset(corpus, Self.configuration(cache: true))
      let before = cached.rows.map { $0.map(\.utterances) }
      #expect(before.allSatisfy { $0.count == 3 && $0[0] != $0[1] && $0[1] != $0[2] })
      try cached.redrawCopies(of: [0, 1], epoch: 0)
      #expect(cached.rows.map { $0.map(\.utterances) } == before)

      let fresh = try Self.dataset(corpus, Self.configuration(cache: false))
      var first = fresh
      try first.redrawCopies(of: [0, 1], epoch: 0)
      var second = fresh
      try second.redrawCopies(of: [0, 1], epoch: 1)
      var again = second
      try again.redrawCopies(of: [0, 1], epoch: 0)
      for clip in [0, 1] {
        #expect(bits(first, clip, 0) == bits(fresh, clip, 0))
        for version in [1, 2] {
          #expect(bits(first, clip, version) != bits(fresh, clip, version))
          #expect(bits(second, clip, version) != bits(first, clip, version))
          #expect(bits(again, clip, version) == bits(first, clip, version))
        }
      }
      for clip in 2..<12 { #expect(first.rows[clip].map(\.utterances) == fresh.rows[clip].map(\.utterances)) }
    }
  }

  @Test("A stop while copies are drawn ends training; a recording that has gone since is an error that names it")
  func redrawingEnds() throws {
    try TemporaryFolder.with { folder in
      let configuration = Self.configuration(cache: false)
      let corpus = try SyntheticVoices.corpus(actors: [1, 3], in: folder)
      let stop = StopFlag()
      let dataset = try Dataset(
        corpus, configuration: .small, augmentation: configuration.augmentation, stop: stop)
      func train() throws -> Recognizer? {
        try RecognizerTrainer(
          dataset, Split(corpus, configuration), configuration, stateDirectory: nil, stop: StopFlag()
        ).train { _ in Issue.record("an epoch was finished") }
      }
      try FileManager.default.removeItem(atPath: corpus.clips[0].path)
      let error = #expect(throws: CaptureError.self) { _ = try train() }
      #expect(error?.message.contains(corpus.clips[0].path) == true)
      stop.requestStop()
      #expect(try train() == nil)
    }
  }

  @Test(
    "Training with copies, cached or not, is resumed to the bit, and hears nothing of the clips that are tested",
    arguments: [true, false])
  func training(_ cache: Bool) throws {
    try TemporaryFolder.with { folder in
      let configuration = Self.configuration(cache: cache)
      let corpus = try SyntheticVoices.corpus(actors: 1...3, in: folder)
      let split = try Split(corpus, configuration)
      func train(_ dataset: Dataset, state: String? = nil, stopAfter: Int? = nil) throws -> [UInt8]? {
        let stop = StopFlag()
        return try RecognizerTrainer(dataset, split, configuration, stateDirectory: state, stop: stop).train {
          progress in
          if progress.network == "lstm", progress.epoch == stopAfter { stop.requestStop() }
        }?.checkpoint.encoded()
      }
      let dataset = try Self.dataset(corpus, configuration)
      let uninterrupted = try #require(try train(dataset))
      let state = "\(folder)/state"
      try FileManager.default.createDirectory(atPath: state, withIntermediateDirectories: false)
      #expect(try train(dataset, state: state, stopAfter: 1) == nil)
      #expect(try train(dataset, state: state) == uninterrupted)

      // Other recordings of the speaker who is tested change nothing.
      for clip in split.test {
        let other = SyntheticVoices.samples(actor: 8, emotion: 4, statement: 2, repetition: 2)
        try SyntheticVoices.write(other.map { $0 * Float(clip + 1) / 100 }, to: corpus.clips[clip].path)
      }
      #expect(try train(Self.dataset(corpus, configuration)) == uninterrupted)
    }
  }
}
