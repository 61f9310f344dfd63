import Support

/// y = s ∘ x + t for each row: the inference form of a `BatchNorm` that no neighbour can absorb.
struct ScaleAndShift: Layer {
  let inputWidth: Int
  var outputWidth: Int { inputWidth }

  init(width: Int) {
    inputWidth = width
  }

  var parameters: [Parameter] {
    [Parameter(name: "scale", shape: [inputWidth]), Parameter(name: "shift", shape: [inputWidth])]
  }

  func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    for i in 0..<inputWidth {
      weights[i] = 1
      weights[inputWidth + i] = 0
    }
  }

  func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    cache.output.resize(to: input.count)
    var output = cache.output.mutableSpan
    apply(input, rows: layout.rowCount, weights, &output)
  }

  func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    preconditionFailure("a folded network does not learn")
  }

  func makeState() -> LayerState { LayerState(output: outputWidth) }

  func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var output = state.output.mutableSpan
    apply(row, rows: 1, weights, &output)
  }

  func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    apply(rows, rows: times.count, weights, &output)
  }

  private func apply(_ input: Span<Float>, rows: Int, _ weights: Span<Float>, _ output: inout MutableSpan<Float>) {
    for row in 0..<rows {
      VectorMath.scaleAndShift(input, from: row * inputWidth, by: weights, into: &output, count: inputWidth)
    }
  }
}

extension ScaleAndShift: LinearOutput {
  func weights(_ weights: [Float], with map: [Float]) -> [Float] {
    weights.indices.map { i in
      let column = i % inputWidth
      return weights[i] * map[column] + (i < inputWidth ? 0 : map[inputWidth + column])
    }
  }
}
