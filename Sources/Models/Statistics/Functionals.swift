/// Statistics over time ("functionals") of columns of a stream's rows, updated row by row.
///
/// They are exact for the last `capacity` rows, for any number of earlier rows: the values of each column are kept in
/// order and, where a statistic needs it, also sorted. A percentile therefore equals that of `numpy.percentile` rather
/// than an estimate, and memory is bounded. There is no drift: sums are recomputed once per revolution of the ring of
/// rows.
///
/// ```swift
/// var functionals = Functionals(columns: 0..<60, statistics: [.mean, .percentile(90)], capacity: 300)
/// functionals.add(row)
/// functionals.read(into: &output)  // the means of all columns, then their 90th percentiles
/// ```
///
/// Rows must be finite. Nothing allocates after `init`. The cost of a row is proportional to the number of rows in the
/// ring.
public struct Functionals: Sendable {
  /// The columns of a row whose statistics are computed.
  public let columns: [Int]
  public let statistics: [Statistic]
  /// Maximum number of rows in the statistics.
  public let capacity: Int
  /// Current number of rows in the statistics, 0…capacity.
  public private(set) var count = 0

  /// Index of the next row in the ring.
  private var slot = 0
  /// The last rows, [capacity × columns].
  private var ring: [Float]
  /// The same values, each column sorted; nil where no statistic needs them.
  private var sorted: SortedColumns?
  /// [columns]
  private var moments: [Moments]
  /// The newest row's chosen columns.
  private var newest: [Float]

  /// - Parameters:
  ///   - columns: indices within a row, at least one, in the order of the output.
  ///   - statistics: at least one.
  ///   - capacity: maximum number of rows in the statistics, at least 1.
  public init(columns: some Collection<Int>, statistics: [Statistic], capacity: Int) {
    precondition(!columns.isEmpty && columns.allSatisfy { $0 >= 0 }, "statistics are of columns of a row")
    precondition(!statistics.isEmpty, "no statistics are asked for")
    precondition(capacity >= 1, "statistics are of at least one row")
    self.columns = Array(columns)
    self.statistics = statistics
    self.capacity = capacity
    ring = Array(repeating: 0, count: capacity * columns.count)
    let sorts = statistics.contains { $0.percentiles != nil }
    sorted = sorts ? SortedColumns(width: columns.count, capacity: capacity) : nil
    moments = Array(repeating: Moments(near: 0), count: columns.count)
    newest = Array(repeating: 0, count: columns.count)
  }

  /// Number of values that `read` writes.
  public var outputWidth: Int { statistics.count * columns.count }

  /// Memory of the arrays, in bytes.
  var byteCount: Int {
    MemoryLayout<Float>.stride * (ring.count + newest.count) + MemoryLayout<Moments>.stride * moments.count
      + (sorted?.byteCount ?? 0)
  }

  /// Upper bound for the memory of the arrays, available before they are created.
  static func byteBound(columns: Int, capacity: Int) -> Int {
    MemoryLayout<Float>.stride * (2 * capacity + 1) * columns + MemoryLayout<Moments>.stride * columns
  }

  /// Names of the values that `read` writes, such as `mfcc_3_p90`.
  ///
  /// - Parameter names: those of a row's columns.
  public func columnNames(for names: [String]) -> [String] {
    statistics.flatMap { statistic in columns.map { "\(names[$0])_\(statistic.name)" } }
  }

  /// Removes all rows.
  public mutating func reset() {
    count = 0
    slot = 0
    sorted?.removeAll()
  }

  /// Adds the next row; replaces the oldest where there are already `capacity`.
  public mutating func add(_ row: Span<Float>) {
    for (index, column) in columns.enumerated() { newest[index] = row[column] }
    updateSorted()
    let start = slot * columns.count
    let isFull = count == capacity
    if count == 0 {
      for index in newest.indices { moments[index] = Moments(near: newest[index]) }
    }
    if isFull {
      let second = (slot + 1 == capacity ? 0 : slot + 1) * columns.count
      for index in newest.indices {
        moments[index].replace(
          ring[start + index], before: ring[second + index], by: newest[index], count: capacity)
      }
    } else {
      for index in newest.indices { moments[index].add(newest[index], at: count) }
      count += 1
    }
    for index in newest.indices { ring[start + index] = newest[index] }
    slot = slot + 1 == capacity ? 0 : slot + 1
    guard isFull else { return }
    for index in moments.indices where !moments[index].isExact { refreshMoments(index) }
    // One column per row, so that the cost is spread evenly over rows.
    for index in stride(from: slot, to: columns.count, by: capacity) { refreshMoments(index) }
  }

  private mutating func updateSorted() {
    // Using the arrays rather than spans of this structure keeps it writable.
    let newest = newest
    guard count == capacity else {
      sorted?.insert(newest.span)
      return
    }
    let ring = ring
    let start = slot * columns.count
    sorted?.replace(ring.span.extracting(start..<start + columns.count), with: newest.span)
  }

  /// Recomputes the sums of a column of the full ring.
  private mutating func refreshMoments(_ index: Int) {
    var fresh = Moments(near: Float(moments[index].mean(capacity)))
    var past = slot
    for time in 0..<capacity {
      fresh.add(ring[past * columns.count + index], at: time)
      past = past + 1 == capacity ? 0 : past + 1
    }
    moments[index] = fresh
  }

  /// Writes the statistics of the last rows, [statistics × columns]: the first statistic of each column, then the next.
  ///
  /// - Parameter output: `outputWidth` elements at its front are written. There must have been a row.
  public func read(into output: inout MutableSpan<Float>) {
    precondition(count > 0, "there are no statistics of no rows")
    for (index, statistic) in statistics.enumerated() {
      let start = index * columns.count
      if let ofSorted = OrderStatistic(statistic, of: count) {
        for column in columns.indices { output[start + column] = ofSorted { sorted![$0, column] } }
      } else {
        for column in columns.indices { output[start + column] = Float(moments[column].value(of: statistic, count)!) }
      }
    }
  }
}
