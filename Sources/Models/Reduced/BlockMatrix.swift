import CKernels

/// A matrix stored as its non-zero blocks: columns of eight rows.
struct BlockMatrix: Sendable, Equatable {
  let rows: Int
  let columns: Int
  /// Eight weights of each stored column, one group of eight rows after the other.
  private let blocks: [Float]
  /// The stored columns of each group of eight rows.
  private let kept: [UInt16]
  /// Number of stored columns of each group.
  private let counts: [UInt16]

  /// Rows whose weights in a column form one block: one vector register.
  static let height = 8

  /// nil where it would not be faster than the whole matrix.
  ///
  /// - Parameter weights: [rows × columns].
  init?(_ weights: [Float], rows: Int, columns: Int) {
    precondition(weights.count == rows * columns, "a matrix of another size")
    guard columns <= Int(UInt16.max) else { return nil }
    var blocks: [Float] = []
    var kept: [UInt16] = []
    var counts: [UInt16] = []
    for first in stride(from: 0, to: rows, by: Self.height) {
      let before = kept.count
      for column in 0..<columns {
        let block = (first..<first + Self.height).map { $0 < rows ? weights[$0 * columns + column] : 0 }
        guard block.contains(where: { $0 != 0 }) else { continue }
        kept.append(UInt16(column))
        blocks += block
      }
      counts.append(UInt16(kept.count - before))
    }
    guard Float(blocks.count) <= Self.worthwhile * Float(weights.count) else { return nil }
    self.rows = rows
    self.columns = columns
    self.blocks = blocks
    self.kept = kept
    self.counts = counts
  }

  /// Up to this share of the weights the blocks are faster: at 0.7 they take longer than the whole matrix (measured).
  private static let worthwhile: Float = 0.55

  /// y += matrix · x.
  func add(times x: Span<Float>, to y: inout MutableSpan<Float>) {
    precondition(columns <= x.count && rows <= y.count, "a vector is too short for its matrix")
    x.withUnsafeBufferPointer { x in
      // SAFETY: the precondition keeps the rows inside `y` and the stored columns, all below `columns`, inside `x`.
      y.withUnsafeMutableBufferPointer {
        ser_add_block_matrix_vector(blocks, kept, counts, rows, x.baseAddress, $0.baseAddress)
      }
    }
  }
}
