import CKernels

/// A matrix of bytes with a scale for each row: symmetric quantisation per output channel (Jacob et al. 2018). Vectors are
/// scaled to 16 bits before they are multiplied, which costs no accuracy beside that of the weights.
struct QuantizedMatrix: Sendable, Equatable {
  let rows: Int
  let columns: Int
  /// [rows × columns], −127…127.
  let values: [Int8]
  /// What 1 stands for in each row; 0 for a row of zeros.
  let scales: [Float]
  /// The values as the kernel takes them: eight rows of two columns after the other.
  private let blocks: [Int8]
  private var pairs: Int { (columns + 1) / 2 }

  /// Vectors are scaled on the stack; none of a network's is as long.
  static let mostColumns = 4096

  /// The largest weight of each row becomes 127, so weights that `fitted` made come out as they are.
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

  /// What the bytes stand for.
  var weights: [Float] { values.indices.map { Float(values[$0]) * scales[$0 / columns] } }

  /// y += matrix · x.
  func add(times x: Span<Float>, to y: inout MutableSpan<Float>) {
    precondition(columns <= x.count && rows <= y.count, "a vector is too short for its matrix")
    withUnsafeTemporaryAllocation(of: Int16.self, capacity: 2 * pairs) { whole in
      x.withUnsafeBufferPointer { x in
        y.withUnsafeMutableBufferPointer { y in
          // SAFETY: the precondition and the sizes of `blocks` and `scales` keep what the kernels touch inside the buffers;
          // the first one fills `whole` but for the place behind an odd number of columns.
          let unit = ser_whole_numbers(x.baseAddress, columns, whole.baseAddress)
          if columns % 2 == 1 { whole[columns] = 0 }
          ser_add_byte_matrix_vector(blocks, scales, rows, pairs, whole.baseAddress, unit, y.baseAddress)
        }
      }
    }
  }

  /// The weights that bytes stand for with which the products are nearest to what they were: each row's scale is searched
  /// below the one that its largest weight asks for, since a few large weights that are cut off may cost less than all others
  /// rounded more coarsely.
  ///
  /// - Parameter powers: the mean square of what each column is multiplied by, [columns].
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
