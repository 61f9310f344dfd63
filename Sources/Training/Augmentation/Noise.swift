import Glibc
import Models
import Streaming
import Support

/// Kinds of noise, with their names in configurations.
public enum Noise: String, Codable, Sendable, CaseIterable {
  /// The same power at each frequency.
  case white
  /// Power inversely proportional to frequency: equal in each octave.
  case pink
  /// Power inversely proportional to the square of frequency.
  case brown
  /// Mains hum: 50 or 60 Hz and harmonics up to the tenth, with amplitudes proportional to 1/n.
  case hum
  /// From recordings.
  case recorded

  /// Coloured noise has no power below this inaudible frequency.
  private static let lowest = 20.0

  /// Noise at an unspecified level.
  ///
  /// - Parameters:
  ///   - recordings: for `recorded`; one is chosen at random, begins at a random place and repeats. At least one in
  ///     that case.
  func samples(_ count: Int, rate: Int, recordings: [[Float]], using random: inout RandomSource) -> [Float] {
    switch self {
    case .white: (0..<count).map { _ in random.normal() }
    case .pink: Self.coloured(count, rate: rate, exponent: 1, using: &random)
    case .brown: Self.coloured(count, rate: rate, exponent: 2, using: &random)
    case .hum: Self.hum(count, rate: rate, using: &random)
    case .recorded:
      Self.excerpt(count, of: recordings[random.index(below: recordings.count)], using: &random)
    }
  }

  /// White noise, weighted in its spectrum so that its power falls with the `exponent`-th power of frequency.
  private static func coloured(
    _ count: Int, rate: Int, exponent: Double, using random: inout RandomSource
  ) -> [Float] {
    let size = max(count, 2).roundedUpToPowerOfTwo
    var forward = ForwardTransform(size: size)
    let white = forward.input.mutableElements
    for i in white.indices { white[i] = random.normal() }
    forward.execute()
    var inverse = InverseTransform(size: size)
    let spectrum = forward.output.elements
    let weighted = inverse.input.mutableElements
    for bin in 0..<ForwardTransform.bins(size) {
      let frequency = Double(bin) * Double(rate) / Double(size)
      let weight = frequency < lowest ? 0 : Float(pow(frequency / lowest, -exponent / 2))
      weighted[2 * bin] = weight * spectrum[2 * bin]
      weighted[2 * bin + 1] = weight * spectrum[2 * bin + 1]
    }
    inverse.execute()
    return Array(inverse.output.elements.prefix(count))
  }

  private static func hum(_ count: Int, rate: Int, using random: inout RandomSource) -> [Float] {
    let mains = random.index(below: 2) == 0 ? 50.0 : 60.0
    var hum = [Float](repeating: 0, count: count)
    for harmonic in 1...10 where mains * Double(harmonic) < Double(rate) / 2 {
      let phase = 2 * .pi * Double(random.uniform())
      let step = 2 * .pi * mains * Double(harmonic) / Double(rate)
      for i in hum.indices { hum[i] += Float(sin(phase + step * Double(i)) / Double(harmonic)) }
    }
    return hum
  }

  private static func excerpt(_ count: Int, of recording: [Float], using random: inout RandomSource) -> [Float] {
    let start = random.index(below: recording.count)
    return (0..<count).map { recording[(start + $0) % recording.count] }
  }
}

/// Mixes voice and noise.
enum NoiseMixer {
  /// Frames of this length …
  private static let frameSeconds = 0.02
  /// … count as voice if they are at most this much softer than the loudest one, in dB.
  private static let depth: Float = 30

  /// Mean square of the voice: over frames of 20 ms that are less than 30 dB below the loudest one. Pauses, which are
  /// irrelevant to the level of the voice, are excluded.
  static func voicePower(_ samples: [Float], rate: Int) -> Float {
    let frame = max(1, Int(frameSeconds * Double(rate)))
    let powers = stride(from: 0, to: samples.count, by: frame).map { start in
      power(samples[start..<min(start + frame, samples.count)])
    }
    let threshold = (powers.max() ?? 0) * powf(10, -depth / 10)
    let loud = powers.filter { $0 >= threshold }
    return loud.isEmpty ? 0 : loud.reduce(0, +) / Float(loud.count)
  }

  /// Mean square.
  static func power(_ samples: some Collection<Float>) -> Float {
    samples.isEmpty ? 0 : samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)
  }

  /// Adds noise so that the voice's power is `snr` dB above the noise's mean square. Silence stays unchanged.
  ///
  /// - Parameter noise: as many samples as the voice has.
  static func add(_ noise: [Float], to voice: inout [Float], rate: Int, snr: Double) {
    let noisePower = power(noise)
    guard noisePower > 0 else { return }
    let gain = (voicePower(voice, rate: rate) / noisePower * Float(pow(10, -snr / 10))).squareRoot()
    for i in voice.indices { voice[i] += gain * noise[i] }
  }
}
