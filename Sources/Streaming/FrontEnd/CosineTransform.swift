import CKernels
import Glibc

/// The first coefficients of the orthonormal DCT-II, as a matrix product: for the few dozen points of a mel spectrum it
/// is faster than a fast transform. Liftering is part of the matrix.
struct CosineTransform: Sendable {
  let points: Int
  let coefficients: Int
  /// [coefficients × points]
  private let matrix: [Float]

  /// - Parameter lifter: L of the sinusoidal lifter, which multiplies coefficient k by 1 + L/2 · sin(π(k + 1)/L), as in
  ///   `librosa.feature.mfcc`; 0 for none.
  init(points: Int, coefficients: Int, lifter: Double = 0) {
    self.points = points
    self.coefficients = coefficients
    matrix = (0..<coefficients).flatMap { k in
      let lift = lifter > 0 ? 1 + lifter / 2 * sin(.pi * Double(k + 1) / lifter) : 1
      let scale = lift * ((k == 0 ? 1 : 2) / Double(points)).squareRoot()
      return (0..<points).map { n in Float(scale * cos(.pi * Double(k * (2 * n + 1)) / Double(2 * points))) }
    }
  }

  /// Sets `cepstrum` [coefficients] to the transform of `values` [points].
  func apply(_ values: Span<Float>, into cepstrum: inout MutableSpan<Float>) {
    precondition(values.count == points && cepstrum.count == coefficients)
    values.withUnsafeBufferPointer { values in
      cepstrum.withUnsafeMutableBufferPointer { cepstrum in
        // SAFETY: the counts were checked.
        ser_matrix_vector(matrix, coefficients, points, values.baseAddress, cepstrum.baseAddress)
      }
    }
  }
}
