import CKernels
import Glibc

/// The strongest partials of a window: the highest peaks of its power spectrum between 90 and 4100 Hz.
///
/// Missing peaks have frequency and power 0.
public struct Partials: Equatable, Sendable {
  /// In Hz, interpolated between bins: the vertex of the parabola through the logarithms around a peak. The strongest
  /// comes first.
  public var frequencies: SIMD4<Float>
  /// Power at each peak, in the unit of the spectrum; only ratios are meaningful.
  public var powers: SIMD4<Float>

  /// No partials: silence.
  public static let none = Partials(frequencies: .zero, powers: .zero)

  public init(frequencies: SIMD4<Float>, powers: SIMD4<Float>) {
    self.frequencies = frequencies
    self.powers = powers
  }

  /// The range that is searched for peaks, in Hz. Rumble and mains hum, which often accompany a tone, lie below it.
  /// `PitchTracker` finds periodicity up to 4000 Hz, and the peak of such a tone is wider than one bin.
  private static let range = 90.0...4100.0

  /// The spectrum bins that are searched for peaks; the outermost ones also have neighbours.
  static func bins(sampleRate: Int, fftSize: Int) -> Range<Int> {
    let width = Double(sampleRate) / Double(fftSize)
    let last = ForwardTransform.bins(fftSize) - 1
    let first = max(1, Int((range.lowerBound / width).rounded(.up)))
    return first..<max(first, min(last, Int(range.upperBound / width) + 1))
  }

  /// - Parameters:
  ///   - power: a power spectrum, finite, not negative.
  ///   - bins: the bins to search, as from `bins(sampleRate:fftSize:)`.
  ///   - binWidth: from one point of the spectrum to the next, in Hz.
  init(of power: Span<Float>, in bins: Range<Int>, binWidth: Float) {
    self = .none
    precondition(bins.isEmpty || bins.lowerBound >= 1 && bins.upperBound < power.count)
    guard !bins.isEmpty else { return }
    // SAFETY: the bins have a neighbour on each side within the spectrum (checked); the kernel writes at most four
    // indices.
    let (indices, count) = power.withUnsafeBufferPointer { power in
      var indices = SIMD4<UInt32>()
      let count = withUnsafeMutablePointer(to: &indices) { indices in
        indices.withMemoryRebound(to: UInt32.self, capacity: 4) {
          ser_peaks(power.baseAddress! + bins.lowerBound, bins.count, 4, $0)
        }
      }
      return (indices, count)
    }
    for peak in 0..<count {
      let bin = bins.lowerBound + Int(indices[peak])
      let (before, here, after) = (
        Self.logarithm(power[bin - 1]), Self.logarithm(power[bin]), Self.logarithm(power[bin + 1])
      )
      let curvature = before - 2 * here + after
      let offset = curvature < 0 ? 0.5 * (before - after) / curvature : 0
      frequencies[peak] = (Float(bin) + offset) * binWidth
      powers[peak] = power[bin]
    }
  }

  private static func logarithm(_ power: Float) -> Float { log(max(power, .leastNormalMagnitude)) }

  /// The share of these partials' power, 0…1, that lies at the frequency of one of `others`.
  ///
  /// - Parameters:
  ///   - hertz: constant part of the tolerance, in Hz.
  ///   - share: additional tolerance, as a fraction of the frequency.
  func partStanding(with others: Partials, hertz: Float, share: Float) -> Float {
    let total = powers.sum()
    guard total > 0 else { return 0 }
    let tolerance = frequencies * share + hertz
    var standing = SIMDMask<SIMD4<Int32>>(repeating: false)
    for other in others.frequencies.indices {
      let distance = frequencies - others.frequencies[other]
      standing .|= pointwiseMax(distance, -distance) .<= tolerance
    }
    return powers.replacing(with: 0, where: .!standing).sum() / total
  }
}
