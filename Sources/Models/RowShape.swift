/// The number of rows of a sequence at a point in a network.
public enum RowCount: Sendable, Equatable {
  /// The number of rows of the utterance, divided by `stride` and rounded up.
  case ragged(stride: Int)
  /// The same number for every utterance: 1 after a pooling, the width of a row inside an `Unroll`.
  case known(Int)

  /// The number of rows when one of every `stride` is kept, including the last, possibly incomplete group.
  func strided(by stride: Int) -> RowCount {
    switch self {
    case .ragged(let before): .ragged(stride: before * stride)
    case .known(let rows): .known((rows + stride - 1) / stride)
    }
  }
}

/// The shape of a sequence between two layers: its rows, and the columns of each. Written `n × 64`, `n/4 × 64`, where n
/// is the length of the utterance, or `1 × 16`.
public struct RowShape: Sendable, Equatable, CustomStringConvertible {
  public var rows: RowCount
  public var columns: Int

  public var description: String {
    switch rows {
    case .ragged(1): "n × \(columns)"
    case .ragged(let stride): "n/\(stride) × \(columns)"
    case .known(let rows): "\(rows) × \(columns)"
    }
  }
}
