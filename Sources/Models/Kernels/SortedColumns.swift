import CKernels

/// Columns, each sorted independently, side by side: [rows × columns], ascending from row to row.
struct SortedColumns: Sendable {
  /// Columns of a row.
  let width: Int
  /// Capacity in rows.
  let capacity: Int
  /// Current number of rows, 0…capacity.
  private(set) var count = 0
  private var values: [Float]

  init(width: Int, capacity: Int) {
    self.width = width
    self.capacity = capacity
    values = Array(repeating: 0, count: capacity * width)
  }

  /// Memory of the values, in bytes.
  var byteCount: Int { MemoryLayout<Float>.stride * values.count }

  /// Value `rank` of a column, counted from its smallest.
  subscript(rank: Int, column: Int) -> Float { values[rank * width + column] }

  mutating func removeAll() { count = 0 }

  /// Adds a value to each column.
  ///
  /// - Parameter row: [width]; `count` must be below `capacity`.
  mutating func insert(_ row: Span<Float>) {
    precondition(row.count == width, "a value for each column")
    precondition(count < capacity, "there is no room for another row")
    row.withUnsafeBufferPointer { row in
      values.withUnsafeMutableBufferPointer { values in
        // SAFETY: the preconditions keep every element that the kernel touches, `count` + 1 rows and one value for each
        // column, inside the two buffers.
        ser_insert_sorted(row.baseAddress, values.baseAddress, count, width)
      }
    }
    count += 1
  }

  /// Replaces a value in each column.
  ///
  /// - Parameters:
  ///   - old: values that were inserted, [width].
  ///   - row: their replacements, [width].
  mutating func replace(_ old: Span<Float>, with row: Span<Float>) {
    precondition(old.count == width && row.count == width, "a value for each column")
    precondition(count > 0, "there is nothing to replace")
    old.withUnsafeBufferPointer { old in
      row.withUnsafeBufferPointer { row in
        values.withUnsafeMutableBufferPointer { values in
          // SAFETY: every element that the kernel touches, `count` rows and one value for each column, lies inside the
          // buffers.
          ser_replace_sorted(old.baseAddress, row.baseAddress, values.baseAddress, count, width)
        }
      }
    }
  }
}
