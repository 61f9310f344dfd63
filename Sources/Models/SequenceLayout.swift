/// The memory layout of a batch of sequences of different lengths: time-major, without padding.
///
/// Sequences are ordered by descending length. The rows of time 0 come first, one per sequence, then those of time 1 of
/// the sequences that have not ended, and so on. The rows of one time are therefore contiguous, a recurrent layer
/// multiplies them as one matrix, and the row of the same sequence `d` steps earlier is at the same place in an earlier
/// block.
///
/// ```
/// lengths 3, 2, 1:   a0 b0 c0 | a1 b1 | a2
/// ```
public struct SequenceLayout: Sendable, Equatable {
  /// Rows of each sequence, in descending order.
  public let lengths: [Int]
  /// Index of the first row of each time, followed by the number of all rows.
  public let starts: [Int]

  /// - Parameter lengths: positive, in descending order.
  public init(lengths: [Int]) {
    precondition(lengths.allSatisfy { $0 > 0 }, "a sequence without rows")
    precondition(zip(lengths, lengths.dropFirst()).allSatisfy { $0 >= $1 }, "sequences must fall in length")
    self.lengths = lengths
    var starts = [0]
    var active = lengths.count
    for time in 0..<(lengths.first ?? 0) {
      while lengths[active - 1] <= time { active -= 1 }
      starts.append(starts[time] + active)
    }
    self.starts = starts
  }

  /// Number of sequences.
  public var sequenceCount: Int { lengths.count }

  /// Rows of all sequences together.
  public var rowCount: Int { starts[starts.count - 1] }

  /// Rows of the longest sequence.
  public var timeCount: Int { starts.count - 1 }

  /// Number of sequences that have not ended at `time`.
  public func active(at time: Int) -> Int { starts[time + 1] - starts[time] }

  /// Index of row `time` of sequence `sequence`.
  public func row(_ sequence: Int, at time: Int) -> Int { starts[time] + sequence }

  /// The layout after a layer that reduces each sequence to one row.
  public var pooled: SequenceLayout { SequenceLayout(lengths: Array(repeating: 1, count: sequenceCount)) }
}
