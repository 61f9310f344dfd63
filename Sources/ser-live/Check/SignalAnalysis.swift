import Glibc

/// Measurements of a signal without a reference.
struct SignalAnalysis {
  /// Samples from this magnitude count as clipped; converters stop slightly below 1.
  private static let fullScale: Float = 0.999
  /// Lower limit of levels, in dB below full scale: 24 bits reach -144.
  static let lowest = -150.0

  /// Samples processed.
  private(set) var count = 0
  /// Samples at full scale.
  private(set) var clipped = 0
  /// The largest magnitude, 0…1.
  private(set) var peak: Float = 0
  private var sum = 0.0
  private var squares = 0.0

  /// Samples of a block: a twentieth of a second, shorter than the pauses between words.
  private let blockLength: Int
  private var block = (count: 0, sum: 0.0, squares: 0.0)
  /// Mean square without the mean of each full block.
  private var blocks: [Double] = []

  init(sampleRate: Int) {
    blockLength = max(1, sampleRate / 20)
  }

  mutating func push(_ samples: Span<Float>) {
    for index in samples.indices {
      let sample = samples[index]
      if abs(sample) >= Self.fullScale { clipped += 1 }
      peak = max(peak, abs(sample))
      block.sum += Double(sample)
      block.squares += Double(sample) * Double(sample)
      block.count += 1
      if block.count == blockLength { endBlock() }
    }
    count += samples.count
  }

  private mutating func endBlock() {
    sum += block.sum
    squares += block.squares
    blocks.append(Self.variance(block.count, block.sum, block.squares))
    block = (0, 0, 0)
  }

  private static func variance(_ count: Int, _ sum: Double, _ squares: Double) -> Double {
    let mean = sum / Double(max(count, 1))
    return max(0, squares / Double(max(count, 1)) - mean * mean)
  }

  /// The mean of all samples, -1…1.
  var offset: Double { (sum + block.sum) / Double(max(count, 1)) }

  /// RMS of the signal without its mean, in dB below full scale (0 is a full-scale square wave).
  var level: Double { Self.decibels(power: Self.variance(count, sum + block.sum, squares + block.squares)) }

  /// The largest magnitude in dB below full scale.
  var peakLevel: Double { Self.decibels(power: Double(peak) * Double(peak)) }

  /// RMS of quiet moments, in dB below full scale: nine tenths of all twentieths of a second are louder.
  var noiseFloor: Double {
    guard !blocks.isEmpty else { return level }
    return Self.decibels(power: blocks.sorted()[blocks.count / 10])
  }

  /// Whether all samples are equal: no converter with a microphone delivers that.
  var isDead: Bool { level <= Self.lowest }

  /// The power of a signal in dB below full scale, at least `lowest`.
  static func decibels(power: Double) -> Double { max(lowest, 10 * log10(max(power, 1e-30))) }
}
