import CKernels

/// First and second derivatives over time per row, from a line and a parabola fitted to the last rows by least squares
/// (Savitzky and Golay 1964). The values equal `librosa.feature.delta` for the row in the middle of the window, but
/// come with the window's last row. The first row is repeated to fill the window at the start.
struct DeltaFilter: ~Copyable {
  private let window: Int
  /// Columns of a row.
  let width: Int
  /// Factors of the rows in the window, the oldest first. [window]
  private let first: [Float]
  private let second: [Float]
  /// The last rows, each twice, so that any window lies in one piece. [2 · window × width]
  private let ring: AlignedBuffer
  /// Ring slot of the newest row; nil before the first.
  private var newest: Int?

  /// - Parameters:
  ///   - window: rows in the fit, odd, at least 3.
  ///   - width: columns of a row.
  init(window: Int, width: Int) {
    self.window = window
    self.width = width
    let half = Double(window / 2)
    let times = (0..<window).map { Double($0) - half }
    let squares = times.reduce(0) { $0 + $1 * $1 }
    let fourths = times.reduce(0) { $0 + $1 * $1 * $1 * $1 }
    let mean = squares / Double(window)
    first = times.map { Float($0 / squares) }
    second = times.map { Float(2 * ($0 * $0 - mean) / (fourths - squares * mean)) }
    ring = AlignedBuffer(count: 2 * window * width)
  }

  mutating func reset() { newest = nil }

  /// Takes the next row, [width].
  mutating func push(_ row: Span<Float>) {
    precondition(row.count == width)
    guard let newest else {
      for slot in 0..<2 * window { store(row, at: slot) }
      self.newest = 0
      return
    }
    let slot = (newest + 1) % window
    store(row, at: slot)
    store(row, at: slot + window)
    self.newest = slot
  }

  /// Sets `result` to the derivative of as many columns as it has elements; needs at least one `push` before.
  ///
  /// - Parameter order: 1 or 2.
  func derivative(_ order: Int, of columns: Range<Int>, into result: UnsafeMutableBufferPointer<Float>) {
    guard let newest else { preconditionFailure("no row was pushed") }
    precondition(0 <= columns.lowerBound && columns.upperBound <= width && columns.count == result.count)
    let factors = order == 1 ? first : second
    // SAFETY: the window's rows, from the oldest on, lie within the ring, and the columns within a row.
    let oldest = ring.base + (newest + 1) * width + columns.lowerBound
    ser_weighted_rows(factors, window, oldest, width, result.baseAddress, columns.count)
  }

  private func store(_ row: Span<Float>, at slot: Int) {
    row.withUnsafeBufferPointer { row in
      // SAFETY: the ring holds 2 · window rows of this width, and `slot` is below that.
      (ring.base + slot * width).update(from: row.baseAddress!, count: width)
    }
  }
}
