/// Statistics over time ("functionals") of columns of the rows of a stream, kept row by row.
///
/// They are always those of the last `capacity` rows, exactly, however many came before: the values of each column are
/// kept in the order in which they came and, where a statistic asks for it, sorted as well. So a percentile is what
/// `numpy.percentile` gives, not an estimate, and memory is bounded. Nothing drifts: sums are computed afresh each time
/// that the ring of rows has turned once.
///
/// ```swift
/// var functionals = Functionals(columns: 0..<60, statistics: [.mean, .percentile(90)], capacity: 300)
/// functionals.add(row)
/// functionals.read(into: &output)  // the means of all columns, then their 90th percentiles
/// ```
///
/// Rows must be finite. Nothing allocates after `init`. A row takes time in proportion to the rows that are there.
public struct Functionals: Sendable {
  /// Which columns of a row are looked at.
  public let columns: [Int]
  public let statistics: [Statistic]
  /// How many rows back the statistics reach.
  public let capacity: Int
  /// Rows that the statistics are of, 0…capacity.
  public private(set) var count = 0

  /// Where the next row goes in the ring.
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
  ///   - columns: indices within a row, at least one, in the order in which their statistics are wanted.
  ///   - statistics: at least one.
  ///   - capacity: how many rows back the statistics reach, at least 1.
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

  /// Numbers that `read` writes.
  public var outputWidth: Int { statistics.count * columns.count }

  /// Memory that the arrays take.
  var byteCount: Int {
    MemoryLayout<Float>.stride * (ring.count + newest.count) + MemoryLayout<Moments>.stride * moments.count
      + (sorted?.byteCount ?? 0)
  }

  /// Memory that the arrays take at most, known before they are made.
  static func byteBound(columns: Int, capacity: Int) -> Int {
    MemoryLayout<Float>.stride * (2 * capacity + 1) * columns + MemoryLayout<Moments>.stride * columns
  }

  /// Names of the numbers that `read` writes, such as `mfcc_3_p90`.
  ///
  /// - Parameter names: those of a row's columns.
  public func columnNames(for names: [String]) -> [String] {
    statistics.flatMap { statistic in columns.map { "\(names[$0])_\(statistic.name)" } }
  }

  /// Forgets all rows.
  public mutating func reset() {
    count = 0
    slot = 0
    sorted?.removeAll()
  }

  /// Adds the next row; the oldest makes room for it where there are `capacity` already.
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
    // Another column with each row, so that no row costs much more than others.
    for index in stride(from: slot, to: columns.count, by: capacity) { refreshMoments(index) }
  }

  private mutating func updateSorted() {
    // Holding the arrays, not spans of this structure, leaves it free to be written.
    let newest = newest
    guard count == capacity else {
      sorted?.insert(newest.span)
      return
    }
    let ring = ring
    let start = slot * columns.count
    sorted?.replace(ring.span.extracting(start..<start + columns.count), with: newest.span)
  }

  /// Sums a column of the full ring afresh.
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
