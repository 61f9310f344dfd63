/// Softmax of each row: y = eˣ / Σ eˣ over the columns.
public struct Softmax: WeightlessLayer {
  public let inputWidth: Int
  public var outputWidth: Int { inputWidth }

  public init(width: Int) {
    inputWidth = width
  }

  public func multiplyAdds(rows: Int) -> Int { rows * inputWidth }

  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    cache.output.resize(to: input.count)
    var output = cache.output.mutableSpan
    output.copy(input, to: 0, count: input.count)
    for row in 0..<layout.rowCount { VectorMath.softmax(&output, row * inputWidth..<(row + 1) * inputWidth) }
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    cache.inputGradient.resize(to: input.count)
    let output = cache.output
    var inputGradient = cache.inputGradient.mutableSpan
    for row in 0..<layout.rowCount {
      let columns = row * inputWidth..<(row + 1) * inputWidth
      var expectation: Float = 0
      for i in columns { expectation += output[i] * outputGradient[i] }
      for i in columns { inputGradient[i] = output[i] * (outputGradient[i] - expectation) }
    }
  }

  public func makeState() -> LayerState { LayerState(output: outputWidth) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var output = state.output.mutableSpan
    output.copy(row, to: 0, count: inputWidth)
    VectorMath.softmax(&output, 0..<inputWidth)
  }
}
