import CKernels

/// An int8 matrix with a scale for each row: symmetric quantisation per output channel (Jacob et al. 2018). Vectors are
/// scaled to 16 bits before the product, whose error is negligible beside that of the weights.
struct QuantizedMatrix: Sendable, Equatable {
  let rows: Int
  let columns: Int
  /// [rows × columns], −127…127.
  let values: [Int8]
  /// The value of one quantisation step in each row; 0 for a row of zeros.
  let scales: [Float]
  /// The values in the kernel's order: eight rows of two columns after the other.
  private let blocks: [Int8]
  private var pairs: Int { (columns + 1) / 2 }

  /// Vectors are scaled on the stack; all vectors of a network are shorter.
  static let mostColumns = 4096

  /// Quantises weights. The largest weight of each row becomes 127, so the result of `fitted` is represented exactly.
  ///
  /// - Parameter weights: finite, [rows × columns].
  init(_ weights: [Float], rows: Int, columns: Int) {
    precondition(weights.count == rows * columns && columns <= Self.mostColumns, "a matrix of another size")
    self.rows = rows
    self.columns = columns
    scales = (0..<rows).map { row in
      weights[row * columns..<(row + 1) * columns].reduce(0) { max($0, abs($1)) } / 127
    }
    let scales = scales
    values = weights.indices.map { Self.nearest(weights[$0], scale: scales[$0 / columns]) }
    var blocks: [Int8] = []
    for first in stride(from: 0, to: rows, by: 8) {
      for column in stride(from: 0, to: columns, by: 2) {
        for row in first..<first + 8 {
          for column in column..<column + 2 {
            blocks.append(row < rows && column < columns ? values[row * columns + column] : 0)
          }
        }
      }
    }
    self.blocks = blocks
  }

  /// The dequantised weights.
  var weights: [Float] { values.indices.map { Float(values[$0]) * scales[$0 / columns] } }

  /// y += matrix · x.
  func add(times x: Span<Float>, to y: inout MutableSpan<Float>) {
    precondition(columns <= x.count && rows <= y.count, "a vector is too short for its matrix")
    withUnsafeTemporaryAllocation(of: Int16.self, capacity: 2 * pairs) { whole in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          // SAFETY: the precondition and the sizes of `blocks` and `scales` keep every element that the kernels touch
          // inside the buffers; the first kernel fills `whole` except for the place after an odd number of columns.
          let unit = ser_whole_numbers(x.baseAddress, columns, whole.baseAddress)
          if columns % 2 == 1 { whole[columns] = 0 }
          ser_add_byte_matrix_vector(blocks, scales, rows, pairs, whole.baseAddress, unit, y.baseAddress)
        }
      }
    }
  }

  /// The int8-representable weights with the smallest error of the products. Each row's scale is searched below that of
  /// its largest weight, since clipping a few large weights may cost less than rounding all others more coarsely.
  ///
  /// - Parameter powers: the mean square of each column's input, [columns].
  static func fitted(_ weights: [Float], columns: Int, powers: [Float]) -> [Float] {
    var fitted = weights
    for start in stride(from: 0, to: weights.count, by: columns) {
      let row = weights[start..<start + columns]
      let largest = row.reduce(0) { max($0, abs($1)) }
      var least = Float.infinity
      for share in stride(from: Float(1), through: 0.5, by: -0.02) {
        let scale = largest * share / 127
        let rounded = row.map { Float(nearest($0, scale: scale)) * scale }
        var error: Float = 0
        for column in 0..<columns {
          let difference = rounded[column] - row[start + column]
          error += powers[column] * difference * difference
        }
        guard error < least else { continue }
        least = error
        fitted.replaceSubrange(start..<start + columns, with: rounded)
      }
    }
    return fitted
  }

  private static func nearest(_ weight: Float, scale: Float) -> Int8 {
    scale > 0 ? Int8(min(max((weight / scale).rounded(), -127), 127)) : 0
  }
}
