import Foundation

@testable import Streaming

/// Deterministic test signals at 16 kHz.
enum Signals {
  static let rate = 16000

  /// Uniform in -1 ..< 1, from a linear congruential generator.
  static func noise(_ count: Int, seed: UInt64 = 46, amplitude: Float = 1) -> [Float] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return amplitude * (Float(state >> 40) / Float(1 << 23) - 1)
    }
  }

  /// The sum of the harmonics of a frequency that may move (Hz at a time in seconds), each of amplitude `amplitude`.
  static func harmonics(
    _ numbers: some Sequence<Int>, seconds: Double, amplitude: Double = 0.1, frequency: (Double) -> Double
  ) -> [Float] {
    let numbers = Array(numbers)
    var phase = 0.0
    return (0..<Int(seconds * Double(rate))).map { n in
      defer { phase += 2 * .pi * frequency(Double(n) / Double(rate)) / Double(rate) }
      return Float(amplitude * numbers.reduce(0) { $0 + sin(Double($1) * phase) })
    }
  }

  static func sine(_ frequency: Double, seconds: Double, amplitude: Double = 0.5, rate: Int = rate) -> [Float] {
    (0..<Int(seconds * Double(rate))).map { Float(amplitude * sin(2 * .pi * frequency * Double($0) / Double(rate))) }
  }

  /// Cuts `samples` into pieces of the given lengths, in turn, the last as long as is left.
  static func chunks(_ samples: [Float], _ lengths: [Int]) -> [ArraySlice<Float>] {
    var pieces: [ArraySlice<Float>] = []
    var start = 0
    while start < samples.count {
      let end = min(start + lengths[pieces.count % lengths.count], samples.count)
      pieces.append(samples[start..<end])
      start = end
    }
    return pieces
  }
}

/// A row with all that came with it.
struct FrontEndRow: Equatable {
  let values: [Float]
  let voiceActivity: VoiceActivityFeatures

  var bits: [UInt32] {
    let ofGate = [voiceActivity.level, voiceActivity.voicing, voiceActivity.pitch]
    let partials = [voiceActivity.partials.frequencies, voiceActivity.partials.powers]
    return (values + ofGate + partials.flatMap { partial in partial.indices.map { partial[$0] } }).map(\.bitPattern)
  }
}

extension FrontEnd {
  /// The rows that `samples`, pushed in one piece or in pieces of the given lengths, bring out.
  mutating func rows(of samples: [Float], chunks lengths: [Int]? = nil) -> [FrontEndRow] {
    var rows: [FrontEndRow] = []
    for chunk in Signals.chunks(samples, lengths ?? [max(samples.count, 1)]) {
      push(chunk.span) { row, voiceActivity in
        rows.append(FrontEndRow(values: row.indices.map { row[$0] }, voiceActivity: voiceActivity))
      }
    }
    return rows
  }
}

extension FrontEndConfiguration {
  static let all: Self = {
    var configuration = Self()
    configuration.features = Feature.allCases
    configuration.deltas = [.mfcc, .level]
    configuration.deltaDeltas = [.mfcc]
    return configuration
  }()

  /// Window 25 ms, hop 10 ms, FFT 512, 64 mel bands.
  static let short: Self = {
    var configuration = all
    configuration.windowMilliseconds = 25
    configuration.hopMilliseconds = 10
    configuration.fftSize = 512
    configuration.melBands = 64
    return configuration
  }()

  /// Windows with gaps between them.
  static let gaps: Self = {
    var configuration = all
    configuration.hopMilliseconds = 101.5
    return configuration
  }()

  /// Every option other than by default.
  static let options: Self = {
    var configuration = all
    configuration.windowMilliseconds = 32
    configuration.hopMilliseconds = 12.5
    configuration.fftSize = 512
    configuration.windowShape = .hamming
    configuration.preEmphasis = 0.97
    configuration.spectrum = .magnitude
    configuration.scale = .log
    configuration.melBands = 26
    configuration.minimumFrequency = 60
    configuration.maximumFrequency = 7600
    configuration.cepstralCoefficients = 13
    configuration.lifter = 22
    configuration.rolloff = 0.95
    configuration.minimumPitch = 100
    return configuration
  }()
}
