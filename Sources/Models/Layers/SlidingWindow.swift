/// Which rows each output row of a convolution or a pooling over time sees: output row j the rows
/// j · stride − lead + k · dilation for k in 0 ..< size, as far as they lie within the sequence.
public struct SlidingWindow: Sendable, Equatable {
  /// Where a window lies about its row, and how many rows come out.
  public enum Padding: String, Codable, CaseIterable, Sendable {
    /// It ends with its row, so that no later row is needed. The only one that streams. ⌈n / stride⌉ rows come out.
    case causal
    /// It has its row in its midst; what is missing for a stride is shared between both ends, the odd row at the end
    /// (TensorFlow's `same`). ⌈n / stride⌉ rows come out.
    case same
    /// It lies within the sequence whole, which must be long enough. ⌊(n − reach − 1) / stride⌋ + 1 rows come out.
    case valid
  }

  /// Number of rows that are seen at once, at least 1.
  public let size: Int
  /// Distance of those rows, at least 1.
  public let dilation: Int
  /// Distance of the windows, at least 1.
  public let stride: Int
  public let padding: Padding

  public init(size: Int, dilation: Int = 1, stride: Int = 1, padding: Padding = .causal) {
    precondition(size >= 1 && dilation >= 1 && stride >= 1, "size, dilation and stride are at least 1")
    self.size = size
    self.dilation = dilation
    self.stride = stride
    self.padding = padding
  }

  /// Distance from the first row that a window sees to the last.
  var reach: Int { (size - 1) * dilation }

  /// Output rows for a sequence of `rows`.
  func outputRows(_ rows: Int) -> Int {
    switch padding {
    case .causal, .same: (rows + stride - 1) / stride
    case .valid: (rows - reach - 1) / stride + 1
    }
  }

  func outputRows(_ rows: RowCount) -> RowCount {
    if padding == .valid, case .known(let rows) = rows { return .known(outputRows(rows)) }
    return rows.strided(by: stride)
  }

  func outputLayout(_ layout: SequenceLayout) -> SequenceLayout {
    if padding == .valid ? reach == 0 && stride == 1 : stride == 1 { return layout }
    return SequenceLayout(lengths: layout.lengths.map { outputRows($0) })
  }

  /// How many rows before the first one the first window begins.
  func lead(_ rows: Int) -> Int {
    switch padding {
    case .causal: reach
    case .same: max((outputRows(rows) - 1) * stride + reach + 1 - rows, 0) / 2
    case .valid: 0
    }
  }

  /// Calls `body` with each pair of an output row's index and the index of the row that its `tap`-th place sees.
  func forEachRow(
    seenBy tap: Int, _ layout: SequenceLayout, _ outputLayout: SequenceLayout, _ body: (_ row: Int, _ seen: Int) -> Void
  ) {
    for time in 0..<outputLayout.timeCount {
      let row = outputLayout.row(0, at: time)
      for sequence in 0..<outputLayout.active(at: time) {
        let length = layout.lengths[sequence]
        let seen = time * stride + tap * dilation - lead(length)
        if seen >= 0 && seen < length { body(row + sequence, layout.row(sequence, at: seen)) }
      }
    }
  }
}
