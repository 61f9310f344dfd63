import Glibc
import Models
import Streaming
import Support

/// An acoustic scene for the copies of a speaker's clips: all random choices that they share.
struct AcousticScene: Sendable {
  private let voice: VoiceChange
  private let shift: ClosedRange<Double>?
  private let response: [Float]?
  private let filters: [Biquad]
  private let noise: (kind: Noise, snr: Double)?
  private let bandLimit: [Biquad]
  private let gain: Double?
  private let noises: [[Float]]
  private let rate: Int

  /// - Parameters:
  ///   - rate: of the output.
  ///   - bank: contains recordings where the configuration needs them.
  init(_ configuration: SoundConfiguration, _ bank: SoundBank, rate: Int, using random: inout RandomSource) {
    self.rate = rate
    noises = bank.noises
    voice = VoiceChange(configuration, using: &random)
    shift = random.happens(configuration.shift?.chance) ? configuration.shift!.range : nil
    if let reverberation = configuration.reverberation, random.happens(reverberation.chance) {
      response =
        bank.responses.isEmpty
        ? Room.simulated(
          rt60: random.draw(reverberation.rt60), direct: random.draw(reverberation.direct), rate: rate, using: &random)
        : bank.responses[random.index(below: bank.responses.count)]
    } else {
      response = nil
    }
    if let equalizer = configuration.equalizer, random.happens(equalizer.chance) {
      /// Log-uniform in frequency; a filter needs some distance from half the rate.
      func frequency(_ low: Double, _ high: Double) -> Double {
        min(low * pow(high / low, Double(random.uniform())), 0.4 * Double(rate))
      }
      filters = [
        .lowShelf(frequency(100, 400), gain: random.draw(equalizer.range), rate: rate),
        .peak(frequency(400, 2500), gain: random.draw(equalizer.range), quality: 0.7, rate: rate),
        .highShelf(frequency(2500, 6000), gain: random.draw(equalizer.range), rate: rate),
      ]
    } else {
      filters = []
    }
    if let configuration = configuration.noise, random.happens(configuration.chance) {
      noise = (configuration.kinds[random.index(below: configuration.kinds.count)], random.draw(configuration.snr))
    } else {
      noise = nil
    }
    bandLimit =
      random.happens(configuration.bandLimit?.chance) ? Biquad.band(configuration.bandLimit!.range, rate: rate) : []
    gain = random.amount(of: configuration.gain)
  }

  /// Applies the scene to a clip.
  ///
  /// - Parameters:
  ///   - sound: at any rate.
  ///   - random: for the random choices of each clip.
  func apply(to sound: Sound, using random: inout RandomSource) throws -> Sound {
    var sound = sound
    // A higher nominal sample rate makes the sound faster.
    if let speed = voice.speed { sound.rate = Int((Double(sound.rate) * speed).rounded()) }
    var samples = try sound.rate == rate ? sound.samples : sound.resampled(to: rate).samples
    if voice.tempo != nil || voice.pitch != nil {
      samples = TimeStretch.apply(samples, sampleRate: rate, tempo: voice.tempo ?? 1, semitones: voice.pitch ?? 0)
    }
    if let shift {
      Self.shift(&samples, by: Int((random.draw(shift) * Double(rate)).rounded()))
    }
    if let response, !samples.isEmpty { samples = Convolution.apply(response, to: samples) }
    for filter in filters { filter.apply(to: &samples) }
    if let noise {
      let other = noise.kind.samples(samples.count, rate: rate, recordings: noises, using: &random)
      NoiseMixer.add(other, to: &samples, rate: rate, snr: noise.snr)
    }
    for filter in bandLimit { filter.apply(to: &samples) }
    if let gain {
      let factor = Float(pow(10, gain / 20))
      for i in samples.indices { samples[i] *= factor }
    }
    for i in samples.indices { samples[i] = max(-1, min(1, samples[i])) }
    return Sound(samples: samples, rate: rate)
  }

  /// Shifts samples to later places, or to earlier ones where `places` is negative; their number stays the same.
  static func shift(_ samples: inout [Float], by places: Int) {
    let moved = samples
    for i in samples.indices {
      let from = i - places
      samples[i] = moved.indices.contains(from) ? moved[from] : 0
    }
  }
}
