import CKernels
import Glibc

/// Difference between peaks and valleys of a spectrum, band by band (Jiang et al. 2002):
/// `librosa.feature.spectral_contrast` with its six octaves from 200 Hz, the band below them, and quantile 0.02.
///
/// librosa also raises values more than 80 dB below the recording's maximum. A stream does not have that maximum, so
/// this type omits the step.
struct SpectralContrast: Sendable {
  /// Bands: 0…200 Hz and six octaves above; the last one reaches up to half the sample rate.
  static let bands = 7
  private static let lowestEdge = 200.0
  private static let quantile = 0.02
  /// The last band is empty at sample rates up to this one.
  static let lowestRate = Int(lowestEdge * Double(1 << bands) / 2)

  /// Bins of each band.
  private let ranges: [Range<Int>]
  /// The number of largest and of smallest values that are averaged in each band.
  private let counts: [Int]
  /// The largest of the counts.
  private let largestCount: Int

  init(sampleRate: Int, fftSize: Int) {
    let bins = ForwardTransform.bins(fftSize)
    let width = Double(sampleRate) / Double(fftSize)
    var ranges: [Range<Int>] = []
    var counts: [Int] = []
    for band in 0..<Self.bands {
      let low = band == 0 ? 0 : Self.lowestEdge * Double(1 << (band - 1))
      let high = Self.lowestEdge * Double(1 << band)
      // librosa takes all bins within the edges and one below, and computes the quantile of those. It then drops the
      // last bin, except in the last band, which extends to the end.
      let first = max(0, Int((low / width).rounded(.up)) - (band == 0 ? 0 : 1))
      let isLast = band == Self.bands - 1
      let last = isLast ? bins - 1 : min(bins - 1, Int((high / width).rounded(.down)))
      ranges.append(first..<max(isLast ? last + 1 : last, first + 1))
      counts.append(max(1, Int((Self.quantile * Double(last + 1 - first)).rounded(.toNearestOrEven))))
    }
    self.ranges = ranges
    self.counts = counts
    largestCount = counts.max()!
  }

  /// Scratch space for `apply`.
  func makeScratch() -> AlignedBuffer { AlignedBuffer(count: largestCount) }

  /// Sets `contrast` [bands] to the difference, in dB, between the means of the largest and of the smallest values of
  /// the magnitude spectrum in each band.
  func apply(_ magnitude: Span<Float>, scratch: borrowing AlignedBuffer, into contrast: inout MutableSpan<Float>) {
    precondition(contrast.count == Self.bands && scratch.count == largestCount)
    magnitude.withUnsafeBufferPointer { magnitude in
      for band in ranges.indices {
        let values = UnsafeBufferPointer(rebasing: magnitude[ranges[band]])
        var (peak, valley) = (Float(0), Float(0))
        // SAFETY: no band is empty, none is shorter than its count, and the scratch holds the largest count.
        ser_extremes(values.baseAddress, values.count, counts[band], scratch.base, &peak, &valley)
        contrast[band] = 10 * log10(max(peak, 1e-10) / max(valley, 1e-10))
      }
    }
  }
}
