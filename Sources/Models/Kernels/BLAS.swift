import CKernels
import COpenBLAS

/// Dense algebra on row-major, contiguous, single-precision matrices, on the calling thread only. OpenBLAS computes
/// matrix products. The project's own kernels compute products of a matrix with one or a few vectors; they are faster
/// at the sizes of a network's layers, because OpenBLAS first copies the matrix and reduces a vector's products less
/// efficiently.
///
/// One thread: with more, a small product waits up to milliseconds for a helper to wake. Work is parallelised above
/// this level, by stream, batch or fold.
enum BLAS {
  /// Disables OpenBLAS's own threads once per process; every matrix product first accesses this property.
  private static let singleThreaded: Void = openblas_set_num_threads(1)

  /// c = op(a) · op(b), or c += op(a) · op(b) where `accumulate`.
  ///
  /// - Parameters:
  ///   - a: op(a) is [rows × inner], stored from element `aStart`, transposed in memory where `aTransposed`.
  ///   - b: op(b) is [inner × columns], stored from element `bStart`, transposed in memory where `bTransposed`.
  ///   - c: [rows × columns], stored from element `cStart`.
  static func multiply(
    _ a: Span<Float>, from aStart: Int = 0, transposed aTransposed: Bool = false,
    by b: Span<Float>, from bStart: Int = 0, byTransposed bTransposed: Bool = false,
    into c: inout MutableSpan<Float>, from cStart: Int = 0,
    rows: Int, columns: Int, inner: Int, accumulate: Bool = false
  ) {
    singleThreaded
    guard rows > 0, columns > 0, inner > 0 else { return }
    precondition(aStart + rows * inner <= a.count, "matrix a lies outside its storage")
    precondition(bStart + inner * columns <= b.count, "matrix b lies outside its storage")
    precondition(cStart + rows * columns <= c.count, "matrix c lies outside its storage")
    a.withUnsafeBufferPointer { a in
      b.withUnsafeBufferPointer { b in
        c.withUnsafeMutableBufferPointer { c in
          // SAFETY: the three preconditions keep every element that OpenBLAS touches inside its span, and the
          // compiler's exclusivity rules keep `c` apart from `a` and `b`.
          cblas_sgemm(
            CblasRowMajor, aTransposed ? CblasTrans : CblasNoTrans, bTransposed ? CblasTrans : CblasNoTrans,
            blasint(rows), blasint(columns), blasint(inner), 1,
            a.baseAddress! + aStart, blasint(aTransposed ? rows : inner),
            b.baseAddress! + bStart, blasint(bTransposed ? inner : columns),
            accumulate ? 1 : 0, c.baseAddress! + cStart, blasint(columns))
        }
      }
    }
  }

  /// y = m · x, or y += m · x where `accumulate`; m is [rows × columns], stored from element `start`.
  static func multiply(
    _ m: Span<Float>, from start: Int = 0, byVector x: Span<Float>, into y: inout MutableSpan<Float>,
    rows: Int, columns: Int, accumulate: Bool = false
  ) {
    precondition(start >= 0 && start + rows * columns <= m.count, "the matrix lies outside its storage")
    precondition(columns <= x.count && rows <= y.count, "a vector is too short for its matrix")
    m.withUnsafeBufferPointer { m in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          guard let m = m.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          if !accumulate { y.update(repeating: 0, count: rows) }
          // SAFETY: the preconditions keep every element that the kernel touches inside its span.
          ser_add_matrix_vector(m + start, rows, columns, x, y)
        }
      }
    }
  }

  /// y += m · x for several streams: `x` is [streams × columns], `y` is [streams × rows]; m is [rows × columns], stored
  /// from element `start`.
  static func add(
    _ m: Span<Float>, from start: Int = 0, byEachOf x: Span<Float>, to y: inout MutableSpan<Float>,
    streams: Int, rows: Int, columns: Int
  ) {
    precondition(start >= 0 && start + rows * columns <= m.count, "the matrix lies outside its storage")
    precondition(streams * columns <= x.count && streams * rows <= y.count, "a vector is too short for its matrix")
    m.withUnsafeBufferPointer { m in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          guard let m = m.baseAddress, let x = x.baseAddress, let y = y.baseAddress else { return }
          // SAFETY: the preconditions keep every element that the kernel touches inside its span.
          ser_add_matrix_vectors(m + start, rows, columns, x, streams, y)
        }
      }
    }
  }
}
