import CKernels
import Glibc

/// Centroid, bandwidth, roll-off and flatness of a spectrum, as librosa defines them.
struct SpectralShape: Sendable {
  /// Hz of each bin.
  private let frequencies: [Float]
  private let rolloff: Float

  /// - Parameter rolloff: share of the magnitude below the roll-off frequency.
  init(sampleRate: Int, fftSize: Int, rolloff: Double) {
    frequencies = (0..<ForwardTransform.bins(fftSize)).map { Float(Double($0) * Double(sampleRate) / Double(fftSize)) }
    self.rolloff = Float(rolloff)
  }

  /// Centroid, bandwidth and roll-off of the magnitude spectrum, in Hz; all 0 in silence.
  func measure(_ magnitude: Span<Float>) -> (centroid: Float, bandwidth: Float, rolloff: Float) {
    let bins = frequencies.count
    precondition(magnitude.count == bins)
    return magnitude.withUnsafeBufferPointer { magnitude in
      // SAFETY: the counts were checked.
      let total = ser_sum(magnitude.baseAddress, bins)
      guard total >= .leastNormalMagnitude else { return (0, 0, 0) }
      let centroid = ser_dot(magnitude.baseAddress, frequencies, bins) / total
      let spread = ser_second_moment(magnitude.baseAddress, frequencies, centroid, bins) / total
      let bin = ser_reaches(magnitude.baseAddress, rolloff * total, bins)
      return (centroid, spread.squareRoot(), frequencies[bin])
    }
  }

  /// Geometric over arithmetic mean of the power spectrum, no bin below 10⁻¹⁰: 0 … 1, 1 in silence.
  static func flatness(_ power: Span<Float>) -> Float {
    power.withUnsafeBufferPointer { power in
      var sum: Float = 0
      // SAFETY: the kernel reads as many bins as there are.
      let logarithms = ser_log_sum(power.baseAddress, 1e-10, power.count, &sum)
      let bins = Float(power.count)
      return min(1, exp(logarithms / bins) / (sum / bins))
    }
  }
}
