/// The rows of a stream as the columns of a picture, at most some thousand for any length: beyond the limit, pairs of
/// columns are merged.
struct RowColumns: Sendable {
  /// How rows are merged.
  enum Joining: Sendable {
    /// The largest, for levels: peaks must stay visible.
    case largest
    case mean
    /// The mean of non-zero values, for pitches: 0 means unvoiced.
    case meanOfNonzero
  }

  /// For each value of a row.
  let joining: [Joining]
  /// Maximum number of columns before they are merged.
  let limit: Int
  /// Rows of a column; the last one may have fewer.
  private(set) var rowsPerColumn = 1
  /// [columns × values]
  private(set) var values: [Float] = []
  /// Rows processed.
  private(set) var rows = 0
  /// Rows of the incomplete column, and for each value the number of counted rows and their maximum or sum.
  private var filled = 0
  private var counts: [Int]
  private var sums: [Float]

  /// - Parameter limit: even and positive.
  init(joining: [Joining], limit: Int) {
    precondition(limit > 0 && limit.isMultiple(of: 2))
    self.joining = joining
    self.limit = limit
    counts = joining.map { _ in 0 }
    sums = joining.map { _ in 0 }
  }

  var width: Int { joining.count }
  var columns: Int { values.count / width }

  /// One value of all columns.
  subscript(value index: Int) -> [Float] { (0..<columns).map { values[$0 * width + index] } }

  /// Values of all columns as rows of a picture, [values × columns].
  func rows(_ range: Range<Int>) -> [Float] { range.flatMap { self[value: $0] } }

  /// Processes the next row, as long as `joining`.
  mutating func push(_ row: Span<Float>) {
    precondition(row.count == width)
    if filled == 0, columns == limit { join() }
    for i in joining.indices {
      let value = row[i]
      switch joining[i] {
      case .largest: sums[i] = counts[i] == 0 ? value : max(sums[i], value)
      case .mean: sums[i] += value
      case .meanOfNonzero where value == 0: continue
      case .meanOfNonzero: sums[i] += value
      }
      counts[i] += 1
    }
    rows += 1
    filled += 1
    if filled == rowsPerColumn { close() }
  }

  /// Ends the stream: completes the last column.
  mutating func finish() {
    if filled > 0 { close() }
  }

  private mutating func close() {
    for i in joining.indices {
      let isSum = joining[i] != .largest
      values.append(isSum && counts[i] > 0 ? sums[i] / Float(counts[i]) : sums[i])
      counts[i] = 0
      sums[i] = 0
    }
    filled = 0
  }

  /// Merges pairs of columns.
  private mutating func join() {
    for column in 0..<limit / 2 {
      for i in joining.indices {
        let (one, other) = (values[2 * column * width + i], values[(2 * column + 1) * width + i])
        values[column * width + i] =
          switch joining[i] {
          case .largest: max(one, other)
          case .mean: (one + other) / 2
          case .meanOfNonzero: one == 0 || other == 0 ? one + other : (one + other) / 2
          }
      }
    }
    values.removeSubrange(limit / 2 * width..<limit * width)
    rowsPerColumn *= 2
  }
}
