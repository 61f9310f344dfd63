/// How many rows a sequence has at some place of a network.
public enum RowCount: Sendable, Equatable {
  /// As many as the utterance has, or one for every `stride` of them, rounded up.
  case ragged(stride: Int)
  /// The same number for every utterance: 1 behind a pooling, the width of a row inside an `Unroll`.
  case known(Int)

  /// What is left when one row of every `stride` stays, the last group perhaps not full.
  func strided(by stride: Int) -> RowCount {
    switch self {
    case .ragged(let before): .ragged(stride: before * stride)
    case .known(let rows): .known((rows + stride - 1) / stride)
    }
  }
}

/// What a sequence is like between two layers: its rows, and the columns of each. Written `n × 64`, `n/4 × 64`, where n
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
