import CKernels
import Glibc

/// Triangular filters, equally spaced on Slaney's mel scale, each of area 1 over Hz: `librosa.filters.mel` with
/// `htk=False, norm="slaney"`. Stored sparsely: each band has weights only where its triangle is above 0.
package struct MelFilterBank: Sendable {
  let bands: Int
  private let bins: Int
  /// Elements of the kernel's vectors.
  private static let lanes = 8
  /// First bin of each band.
  private let first: [UInt32]
  /// Bins of each band.
  private let count: [UInt32]
  /// The bands' weights, one band after the other.
  private let weights: [Float]

  /// - Parameters:
  ///   - minimum: lower edge of the first band in Hz.
  ///   - maximum: upper edge of the last band in Hz.
  init(bands: Int, minimum: Double, maximum: Double, sampleRate: Int, fftSize: Int) {
    self.bands = bands
    bins = ForwardTransform.bins(fftSize)
    let low = Self.mel(minimum)
    let step = (Self.mel(maximum) - low) / Double(bands + 1)
    let edges = (0..<bands + 2).map { Self.hertz(low + step * Double($0)) }
    var first: [UInt32] = []
    var count: [UInt32] = []
    var weights: [Float] = []
    for band in 0..<bands {
      let (left, centre, right) = (edges[band], edges[band + 1], edges[band + 2])
      let triangle = (0..<bins).map { bin in
        let frequency = Double(bin) * Double(sampleRate) / Double(fftSize)
        return max(0, min((frequency - left) / (centre - left), (right - frequency) / (right - centre)))
      }
      var start = triangle.firstIndex { $0 > 0 } ?? 0
      var end = triangle.lastIndex { $0 > 0 }.map { $0 + 1 } ?? start
      // Padded to whole vectors with bins of weight 0.
      let padded = (end - start + Self.lanes - 1) / Self.lanes * Self.lanes
      if padded <= bins {
        end = min(start + padded, bins)
        start = end - padded
      }
      first.append(UInt32(start))
      count.append(UInt32(end - start))
      weights += triangle[start..<end].map { Float($0 * 2 / (right - left)) }
    }
    self.first = first
    self.count = count
    self.weights = weights
  }

  /// Sets `mel` [bands] to the energies of the power spectrum `power` [bins].
  func apply(_ power: Span<Float>, into mel: inout MutableSpan<Float>) {
    precondition(power.count == bins && mel.count == bands)
    power.withUnsafeBufferPointer { power in
      mel.withUnsafeMutableBufferPointer { mel in
        // SAFETY: every band's bins lie within `bins`, by construction.
        ser_banded_product(weights, first, count, bands, power.baseAddress, mel.baseAddress)
      }
    }
  }

  // Slaney's scale (Auditory Toolbox, 1998): linear to 1000 Hz at 200/3 Hz per mel; logarithmic above at ln 6.4 / 27
  // per mel.
  private static let linear = 200.0 / 3
  private static let logarithmic = log(6.4) / 27

  package static func mel(_ hertz: Double) -> Double {
    hertz < 1000 ? hertz / linear : 1000 / linear + log(hertz / 1000) / logarithmic
  }

  static func hertz(_ mel: Double) -> Double {
    mel < 1000 / linear ? mel * linear : 1000 * exp((mel - 1000 / linear) * logarithmic)
  }
}
