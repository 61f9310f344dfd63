import CKernels
import Glibc

/// The first coefficients of the orthonormal DCT-II, as a product with its matrix: for the few dozen points of a mel
/// spectrum that is faster than a fast transform.
struct CosineTransform: Sendable {
  let points: Int
  let coefficients: Int
  /// [coefficients × points]
  private let matrix: [Float]

  init(points: Int, coefficients: Int) {
    self.points = points
    self.coefficients = coefficients
    matrix = (0..<coefficients).flatMap { k in
      let scale = ((k == 0 ? 1 : 2) / Double(points)).squareRoot()
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
