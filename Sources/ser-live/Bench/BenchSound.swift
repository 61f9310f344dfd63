import Capture
import Glibc
import Models
import Streaming
import Support

/// The test signal of cost measurements.
struct BenchSound {
  /// Its name.
  let name: String
  /// Mono, in [-1, 1].
  let samples: [Float]
  let rate: Int

  /// A recording of at least one second.
  init(path: String) throws {
    var source = try FileSource(path: path)
    name = path
    rate = source.sampleRate
    samples = try source.readAll()
    guard samples.count >= rate else {
      throw OperationError(.badData, "\(path) is shorter than a second, too short to measure")
    }
  }

  private init(name: String, samples: [Float], rate: Int) {
    self.name = name
    self.samples = samples
    self.rate = rate
  }

  /// A signal that the speech gate classifies as speech, 16 kHz: a voice of changing pitch, with harmonics that fall by
  /// 12 dB an octave and two formants, in words of 1.5 s with pauses of 1 s, over soft noise. Deterministic.
  static func synthetic(seconds: Int) -> BenchSound {
    let rate = 16000
    var random = RandomSource(seed: 46)
    var phase = 0.0
    let samples = (0..<seconds * rate).map { index -> Float in
      let time = Double(index) / Double(rate)
      let noise = random.uniform(-0.001, 0.001)
      let place = time.truncatingRemainder(dividingBy: 2.5)
      // Syllables: the level varies four times a second.
      let envelope = place < 1.5 ? 0.5 - 0.45 * cos(2 * .pi * 4 * place) : 0
      let pitch = 130 + 25 * sin(2 * .pi * 0.7 * time) + 6 * sin(2 * .pi * 3.1 * time)
      phase += pitch / Double(rate)
      phase -= phase.rounded(.down)
      guard envelope > 0 else { return noise }
      let vowel = 500 + 200 * sin(2 * .pi * 1.3 * time)
      var voice = 0.0
      for harmonic in 1...24 {
        let frequency = pitch * Double(harmonic)
        let first = exp(-pow((frequency - vowel) / 150, 2))
        let second = exp(-pow((frequency - 3 * vowel) / 250, 2))
        voice += (1 / Double(harmonic * harmonic) + first + 0.5 * second) * sin(2 * .pi * phase * Double(harmonic))
      }
      return Float(0.1 * envelope * voice) + noise
    }
    return BenchSound(name: "synthetic speech", samples: samples, rate: rate)
  }
}
