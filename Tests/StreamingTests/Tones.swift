import Foundation
import Models
import Support

@testable import Streaming

/// Sounds of things that beep, ring and are plucked, at 16 kHz, RMS of 1 before `scene` sets their level.
enum Tones {
  private static let rate = Double(Sounds.rate)

  /// By name, so that a test that fails says which. All are short.
  static let kinds: [String: [Float]] = {
    var kinds: [String: [Float]] = [:]
    for frequency in [100.0, 233, 440, 620, 1000, 1480, 2200, 3000, 3700] {
      for (seconds, edge) in [(0.06, 0.004), (0.12, 0), (0.2, 0.005), (0.2, 0.03), (0.8, 0.01)] {
        kinds["sine \(frequency) Hz, \(seconds) s, edges \(edge) s"] = sine(frequency, seconds, edge: edge)
      }
      kinds["alarm \(frequency) Hz"] = joined((0..<4).flatMap { _ in [sine(frequency, 0.1), rest(0.1)] })
      guard frequency > 200 else { continue }
      kinds["two-tone siren \(frequency) Hz"] = joined([sine(frequency, 0.4), sine(frequency * 0.75, 0.4)])
    }
    for frequency in [120.0, 220, 523, 1200, 2400] {
      kinds["square \(frequency) Hz"] = harmonics(frequency, 0.25) { $0 % 2 == 1 ? 1 / Double($0) : 0 }
      kinds["triangle \(frequency) Hz"] = harmonics(frequency, 0.25) {
        $0 % 2 == 1 ? ($0 % 4 == 1 ? 1 : -1) / Double($0 * $0) : 0
      }
      kinds["sawtooth \(frequency) Hz"] = harmonics(frequency, 0.25) { 1 / Double($0) }
      kinds["pulses \(frequency) Hz"] = harmonics(frequency, 0.25) { _ in 1 }
      let organ = [1.0, 0.8, 0.3, 0.5, 0, 0.3, 0, 0.25]
      kinds["organ \(frequency) Hz"] = joined(
        [1, 1.125, 1.25].map { harmonics(frequency * $0, 0.3) { $0 <= organ.count ? organ[$0 - 1] : 0 } })
    }
    for frequency in [110.0, 196, 330, 440, 660] {
      kinds["plucked \(frequency) Hz"] = plucked(frequency, 0.6)
      kinds["piano \(frequency) Hz"] = struck(frequency, 0.6, decay: 0.5, partials: (1...12).map { (Double($0), 1) })
      kinds["notes \(frequency) Hz"] = joined(
        [1, 1.26, 1.5].map { struck(frequency * $0, 0.3, decay: 0.5, partials: (1...12).map { (Double($0), 1) }) })
    }
    for frequency in [400.0, 660, 900, 1300, 2000] {
      let partials = [(0.5, 1.5), (1, 1), (1.19, 0.8), (1.5, 0.6), (2, 0.5), (2.74, 0.3), (4.1, 0.2)]
      kinds["bell \(frequency) Hz"] = struck(frequency, 0.8, decay: 0.5, partials: partials)
      kinds["gong of a car \(frequency) Hz"] = joined(
        [1, 0.79].map { struck(frequency * $0, 0.5, decay: 0.3, partials: [(1, 1), (2, 0.5), (3, 0.3)]) })
      kinds["whistle \(frequency) Hz"] = sine(frequency, 0.6, edge: 0.06)
      kinds["chime \(frequency) Hz"] = joined(
        [1, 0.8].map { struck(frequency * $0, 0.4, decay: 0.2, partials: [(1, 1)]) })
    }
    kinds["dial tone, America"] = chord([350, 440], 1)
    kinds["dial tone, Europe"] = sine(425, 1)
    kinds["ring tone, America"] = joined([chord([440, 480], 1), rest(0.8), chord([440, 480], 1)])
    kinds["ring tone, Britain"] = joined([chord([400, 450], 0.4), rest(0.2), chord([400, 450], 0.4)])
    kinds["ring tone, Europe"] = joined([sine(425, 1), rest(0.8), sine(425, 1)])
    kinds["busy tone"] = joined((0..<3).flatMap { _ in [chord([480, 620], 0.3), rest(0.3)] })
    kinds["special information tone"] = joined([sine(950, 0.33), sine(1400, 0.33), sine(1800, 0.33)])
    for (low, high) in [(697.0, 1209.0), (770, 1477), (852, 1336), (941, 1633)] {
      kinds["key \(low) + \(high) Hz"] = joined((0..<3).flatMap { _ in [chord([low, high], 0.1), rest(0.08)] })
    }
    kinds["fax calls"] = joined([sine(1100, 0.5), rest(0.5), sine(1100, 0.5)])
    kinds["fax answers"] = sine(2100, 1)
    return kinds
  }()

  /// A tone at `level` dB below full scale between silences, or in pink noise `ratio` dB softer.
  static func scene(_ tone: [Float], level: Float, ratio: Float?) -> [Float] {
    // 17 ms more than a second: tones do not begin where a row does.
    let lead = rest(1.017)
    let samples = lead + Sounds.scaled(tone, to: level) + rest(0.6)
    guard let ratio else { return samples }
    let factor = pow(10, (level - ratio - noiseLevel) / 20)
    return zip(samples, noise).map { $0 + factor * $1 }
  }

  private static let noiseLevel: Float = -40
  private static let noise = Sounds.noise(slope: 1, seconds: 6, level: noiseLevel, seed: 24)

  static func sine(_ frequency: Double, _ seconds: Double, edge: Double = 0.004) -> [Float] {
    chord([frequency], seconds, edge: edge)
  }

  static func chord(_ frequencies: [Double], _ seconds: Double, edge: Double = 0.004) -> [Float] {
    sound(seconds) { time in
      let envelope = edge > 0 ? min(1, time / edge, (seconds - time) / edge) : 1
      return envelope * frequencies.reduce(0) { $0 + sin(2 * .pi * $1 * time) }
    }
  }

  /// All harmonics below 7600 Hz.
  static func harmonics(_ frequency: Double, _ seconds: Double, weight: (Int) -> Double) -> [Float] {
    let weights = (1...Int(7600 / frequency)).map(weight)
    return sound(seconds) { time in
      let envelope = min(1, time / 0.003, (seconds - time) / 0.003)
      return envelope
        * weights.indices.reduce(0) { $0 + weights[$1] * sin(2 * .pi * Double($1 + 1) * frequency * time) }
    }
  }

  /// Partials that die away, each with its frequency as a multiple of `frequency` and its time as one of `decay`.
  static func struck(_ frequency: Double, _ seconds: Double, decay: Double, partials: [(Double, Double)]) -> [Float] {
    sound(seconds) { time in
      min(1, time / 0.002)
        * partials.reduce(0) { sum, partial in
          guard partial.0 * frequency < 7600 else { return sum }
          return sum + exp(-time / (decay * partial.1)) / max(1, partial.0)
            * sin(2 * .pi * partial.0 * frequency * time + partial.0)
        }
    }
  }

  /// A string after Karplus and Strong: noise that runs through a delay, smoothed a little each time.
  static func plucked(_ frequency: Double, _ seconds: Double) -> [Float] {
    var random = RandomSource(seed: 46, Int(frequency))
    var string = (0..<Int(rate / frequency)).map { _ in random.uniform(-1, 1) }
    return (0..<Int(seconds * rate)).map { index in
      let place = index % string.count
      let sample = string[place]
      string[place] = 0.498 * (sample + string[(place + 1) % string.count])
      return sample
    }
  }

  static func rest(_ seconds: Double) -> [Float] { [Float](repeating: 0, count: Int(seconds * rate)) }

  static func joined(_ pieces: [[Float]]) -> [Float] { pieces.flatMap { $0 } }

  private static func sound(_ seconds: Double, _ sample: (_ time: Double) -> Double) -> [Float] {
    (0..<Int(seconds * rate)).map { Float(sample(Double($0) / rate)) }
  }
}

/// Voices that hold a vowel: harmonics of a pitch that wavers, through two formants.
enum HeldVowels {
  /// - Parameters:
  ///   - pitch: in Hz.
  ///   - jitter: by which part of itself a period differs from those beside it at most: about 0.01 in healthy voices.
  ///   - drift: by which part of itself the pitch wanders slowly.
  static func vowel(
    pitch: Double, seconds: Double, jitter: Double = 0.01, drift: Double = 0.015,
    formants: (Double, Double) = (750, 1200)
  ) -> [Float] {
    var random = RandomSource(seed: 46, Int(pitch))
    let weights = (1...Int(4000 / pitch)).map { harmonic in
      let frequency = Double(harmonic) * pitch
      return 1 / Double(harmonic)
        * (0.2 + exp(-pow((frequency - formants.0) / 200, 2))
          + 0.5 * exp(-pow((frequency - formants.1) / 250, 2)))
    }
    var phase = 0.0
    var period = 1.0
    return (0..<Int(seconds * Double(Sounds.rate))).map { index in
      let time = Double(index) / Double(Sounds.rate)
      let wander = 1 + drift * (sin(2 * .pi * 2.3 * time) + 0.6 * sin(2 * .pi * 5.1 * time + 1))
      phase += pitch * wander * period / Double(Sounds.rate)
      if phase >= 1 {
        phase -= 1
        period = 1 + jitter * Double(random.uniform(-1, 1))
      }
      let envelope = min(1, time / 0.05, (seconds - time) / 0.05)
      return Float(envelope * weights.indices.reduce(0) { $0 + weights[$1] * sin(2 * .pi * Double($1 + 1) * phase) })
    }
  }
}
