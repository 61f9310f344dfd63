import Glibc
import Models
import Streaming
import Support
import TestSupport

/// Sounds at 16 kHz for tests of what listens: noises, and the recordings that come with the program.
enum Sounds {
  static let rate = 16000

  /// Noise whose power per Hz falls with frequency as f^-`slope`: 0 is white, 1 pink, 2 brown (above 20 Hz).
  static func noise(slope: Int, seconds: Double, level: Float, seed: Int = 46) -> [Float] {
    var random = RandomSource(seed: UInt64(seed), slope)
    let count = Int(seconds * Double(rate))
    func white() -> Float { random.uniform(-1, 1) }
    // Low-pass filters of first order at f have a power of f^-2 above f: one at 20 Hz gives brown noise, the sum of some
    // whose corners are an octave apart, each 3 dB weaker than the one below, pink noise.
    let corners: [Float] =
      switch slope {
      case 0: []
      case 1: (0..<9).map { 20 * Float(1 << $0) }
      default: [20]
      }
    var states = corners.map { _ in Float(0) }
    let samples = (0..<count).map { _ in
      if corners.isEmpty { return white() }
      var sum: Float = 0
      for (index, corner) in corners.enumerated() {
        let pole = exp(-2 * Float.pi * corner / Float(rate))
        states[index] = pole * states[index] + (1 - pole) * white()
        // White noise through this filter has a variance of about the corner: scaled to equal power per octave.
        sum += states[index] / corner.squareRoot()
      }
      return sum
    }
    return scaled(samples, to: level)
  }

  /// The mains: 50 Hz and harmonics.
  static func hum(seconds: Double, level: Float, frequency: Double = 50) -> [Float] {
    let samples = (0..<Int(seconds * Double(rate))).map { n in
      Float((1...12).reduce(0.0) { $0 + sin(2 * .pi * frequency * Double($1 * n) / Double(rate)) / Double($1) })
    }
    return scaled(samples, to: level)
  }

  /// A keyboard: bursts of noise of some milliseconds, pressed and released, three a second.
  static func keys(seconds: Double) -> [Float] {
    var random = RandomSource(seed: 46, 3)
    var samples = noise(slope: 1, seconds: seconds, level: -70)
    var start = rate
    while start + rate < samples.count {
      for offset in [0, rate / 14] {
        let height = random.uniform(0.02, 0.2)
        for i in 0..<400 { samples[start + offset + i] += height * exp(-Float(i) / 60) * random.uniform(-1, 1) }
      }
      start += rate / 6 + random.index(below: rate / 3)
    }
    return samples
  }

  /// A finger on a table: a resonance that dies away, one or two a second.
  static func knocks(seconds: Double) -> [Float] {
    var random = RandomSource(seed: 46, 4)
    var samples = noise(slope: 1, seconds: seconds, level: -70)
    var start = rate
    while start + rate < samples.count {
      let frequency = random.uniform(90, 180)
      for i in 0..<rate / 4 {
        samples[start + i] += 0.2 * exp(-Float(i) / 500) * sin(2 * .pi * frequency * Float(i) / Float(rate))
      }
      start += rate / 2 + random.index(below: rate / 2)
    }
    return samples
  }

  /// RMS of the samples brought to `level` dB below full scale.
  static func scaled(_ samples: [Float], to level: Float) -> [Float] {
    let factor = pow(10, level / 20) / rms(samples)
    return samples.map { $0 * factor }
  }

  static func rms(_ samples: some Collection<Float>) -> Float {
    (samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count)).squareRoot()
  }

  /// A recording with the noise of a quiet room, 60 dB below full scale: the clips are digitally silent around the words,
  /// so that a breath stands out.
  static func inQuietRoom(_ recording: Recordings) throws -> [Float] {
    let samples = try Self.recording(recording)
    let noise = Self.noise(slope: 1, seconds: Double(samples.count + 1) / Double(rate), level: -60)
    return zip(samples, noise).map { $0 + $1 }
  }

  /// A recording at 16 kHz.
  static func recording(_ recording: Recordings) throws -> [Float] {
    let (samples, inputRate) = try recording.samples()
    var resampler = try Resampler(from: inputRate, to: rate)
    var result: [Float] = []
    func take(_ piece: Span<Float>) { for i in piece.indices { result.append(piece[i]) } }
    resampler.push(samples.span, take)
    resampler.finish(take)
    return result
  }
}

/// Writes down what an utterance stream says.
struct UtteranceLog: UtteranceReceiver, Equatable {
  enum Entry: Equatable {
    case began(Int)
    case restarted(Int)
    case row(Int, bits: [UInt32])
    case ended(Int)
    case received(Int, level: UInt32, isSpeech: Bool)
  }

  var entries: [Entry] = []

  mutating func utteranceBegan(row: Int) { entries.append(.began(row)) }
  mutating func utteranceRestarted(row: Int) { entries.append(.restarted(row)) }
  mutating func utterance(row: Int, _ features: Span<Float>) {
    entries.append(.row(row, bits: features.indices.map { features[$0].bitPattern }))
  }
  mutating func utteranceEnded(row: Int) { entries.append(.ended(row)) }
  mutating func received(row: Int, voiceActivity: VoiceActivityFeatures, isSpeech: Bool) {
    entries.append(.received(row, level: voiceActivity.level.bitPattern, isSpeech: isSpeech))
  }

  /// The rows of each utterance.
  var utterances: [Range<Int>] {
    var utterances: [Range<Int>] = []
    for entry in entries {
      switch entry {
      case .began(let row): utterances.append(row..<row)
      case .restarted(let row): utterances[utterances.count - 1] = row..<row
      case .row(let row, _): utterances[utterances.count - 1] = utterances[utterances.count - 1].lowerBound..<row + 1
      case .ended, .received: break
      }
    }
    return utterances
  }
}

extension UtteranceStream {
  init(inputRate: Int = Sounds.rate) throws {
    try self.init(frontEnd: FrontEndConfiguration(), gate: SpeechGateConfiguration(), inputRate: inputRate)
  }

  /// What a whole stream brings out, pushed in one piece or in pieces of the given lengths.
  mutating func log(_ samples: [Float], chunks lengths: [Int]? = nil) -> UtteranceLog {
    var log = UtteranceLog()
    for chunk in Signals.chunks(samples, lengths ?? [max(samples.count, 1)]) { push(chunk.span, to: &log) }
    finish(to: &log)
    return log
  }
}
