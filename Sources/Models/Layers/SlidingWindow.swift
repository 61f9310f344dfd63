/// The input rows of each output row of a convolution or pooling over time: output row j covers the rows j · stride −
/// lead + k · dilation for k in 0 ..< size that lie within the sequence.
public struct SlidingWindow: Sendable, Equatable {
  /// The position of a window relative to its row, and the number of output rows.
  public enum Padding: String, Codable, CaseIterable, Sendable {
    /// Ends with its row and needs no later row. The only one that streams. Gives ⌈n / stride⌉ rows.
    case causal
    /// Centred on its row. The padding for a stride is divided between both ends, with an odd row at the end
    /// (TensorFlow's `same`). Gives ⌈n / stride⌉ rows.
    case same
    /// Lies entirely within the sequence, which must be long enough. Gives ⌊(n − reach − 1) / stride⌋ + 1 rows.
    case valid
  }

  /// Number of rows in a window, at least 1.
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

  /// Distance from the first row of a window to the last.
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

  /// Number of rows by which the first window precedes the first row.
  func lead(_ rows: Int) -> Int {
    switch padding {
    case .causal: reach
    case .same: max((outputRows(rows) - 1) * stride + reach + 1 - rows, 0) / 2
    case .valid: 0
    }
  }

  /// Calls `body` with each output row's index and the index of the input row at place `tap` of its window.
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
