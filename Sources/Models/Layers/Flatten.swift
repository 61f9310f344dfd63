/// Concatenates the rows of a sequence of known length into one row.
public struct Flatten: WeightlessLayer {
  /// Length of every sequence.
  public let rows: Int
  public let inputWidth: Int
  public var outputWidth: Int { rows * inputWidth }

  public init(rows: Int, width: Int) {
    precondition(rows >= 1, "a sequence has at least one row")
    self.rows = rows
    inputWidth = width
  }

  public func outputRows(_ rows: RowCount) -> RowCount { .known(1) }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { layout.pooled }

  /// A stream has no known number of rows, unless that number is 1.
  public var isStreaming: Bool { rows == 1 }

  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    precondition(
      layout.rowCount == rows * layout.sequenceCount && layout.timeCount == rows, "sequences of other lengths")
    let width = inputWidth
    cache.output.resize(to: input.count)
    var output = cache.output.mutableSpan
    for sequence in 0..<layout.sequenceCount {
      for time in 0..<rows {
        output.copy(
          input, from: layout.row(sequence, at: time) * width, to: (sequence * rows + time) * width, count: width)
      }
    }
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let width = inputWidth
    cache.inputGradient.resize(to: input.count)
    var inputGradient = cache.inputGradient.mutableSpan
    for sequence in 0..<layout.sequenceCount {
      for time in 0..<rows {
        inputGradient.copy(
          outputGradient, from: (sequence * rows + time) * width, to: layout.row(sequence, at: time) * width,
          count: width)
      }
    }
  }

  public func makeState() -> LayerState { LayerState(output: isStreaming ? outputWidth : 0) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    precondition(isStreaming, "several rows cannot be flattened step by step")
    var output = state.output.mutableSpan
    output.copy(row, to: 0, count: inputWidth)
  }
}
