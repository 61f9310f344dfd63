import Glibc
import Models
import Support

/// Endless noise with bounded memory: loops over a minute or more.
struct NoiseLoop: Sendable {
  private let samples: [Float]
  private var position = 0

  /// The shortest loop, in seconds.
  private static let seconds = 60

  /// - Parameters:
  ///   - level: of its mean square, in dB below full scale.
  ///   - recordings: at this rate, for `recorded`.
  init(_ kind: Noise, level: Double, rate: Int, recordings: [[Float]], using random: inout RandomSource) {
    // Coloured noise comes from a Fourier transform: at its own length it loops seamlessly.
    let count = (Self.seconds * rate).roundedUpToPowerOfTwo
    let samples = kind.samples(count, rate: rate, recordings: recordings, using: &random)
    let gain = Float(pow(10, level / 20)) / NoiseMixer.power(samples).squareRoot()
    self.samples = samples.map { gain * $0 }
  }

  /// Adds the next noise samples to a sound.
  mutating func add(to sound: inout [Float]) {
    for i in sound.indices {
      sound[i] = max(-1, min(1, sound[i] + samples[position]))
      position = position + 1 == samples.count ? 0 : position + 1
    }
  }
}
