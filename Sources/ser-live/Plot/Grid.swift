/// Values on an evenly spaced grid over time and another quantity.
struct Grid {
  /// [rows × columns], the lowest row first.
  var values: [Float]
  var columns: Int
  /// Seconds of the middle of the first column, and distance to the next.
  var x: (start: Double, step: Double)
  /// Middle of the first row, and distance to the next.
  var y: (start: Double, step: Double)

  var rows: Int { values.count / columns }

  /// Resamples to another grid over the same area: the mean value within each cell, or the nearest value where cells
  /// are smaller than those of the values.
  ///
  /// - Parameters:
  ///   - time: of the other grid, from the left edge of its first column to the right edge of its last.
  ///   - range: of the other grid, from the lower edge of its first row to the upper edge of its last.
  /// - Returns: a value for each cell, the lowest row first; nil where there is none.
  func cells(_ columns: Int, _ rows: Int, time: ClosedRange<Double>, range: ClosedRange<Double>) -> [Float?] {
    func sources(
      _ cell: Int, _ cells: Int, _ whole: ClosedRange<Double>, _ axis: (start: Double, step: Double), _ count: Int
    ) -> Range<Int> {
      let size = (whole.upperBound - whole.lowerBound) / Double(cells)
      let left = (whole.lowerBound + size * Double(cell) - axis.start) / axis.step + 0.5
      let right = left + size / axis.step
      guard left < Double(count), right > 0 else { return 0..<0 }
      let first = max(0, Int(left.rounded()))
      let last = min(count, Int(right.rounded()))
      if first < last { return first..<last }
      let nearest = min(max(0, Int((left + right) / 2)), count - 1)
      return nearest..<nearest + 1
    }
    return (0..<rows).flatMap { row in
      let from = sources(row, rows, range, y, self.rows)
      return (0..<columns).map { column -> Float? in
        var sum: Float = 0
        var count = 0
        for i in from {
          for j in sources(column, columns, time, x, self.columns) {
            sum += values[i * self.columns + j]
            count += 1
          }
        }
        return count > 0 ? sum / Float(count) : nil
      }
    }
  }
}
