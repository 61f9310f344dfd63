import Support

/// y = W x + b for each row.
public struct Dense: MatrixLayer {
  public let inputWidth: Int
  public let outputWidth: Int

  public init(inputWidth: Int, outputWidth: Int) {
    self.inputWidth = inputWidth
    self.outputWidth = outputWidth
  }

  public var parameters: [Parameter] {
    [
      Parameter(name: "weight", shape: [outputWidth, inputWidth], decays: true),
      Parameter(name: "bias", shape: [outputWidth]),
    ]
  }

  private var biasStart: Int { outputWidth * inputWidth }
  private var matrix: MatrixSite { MatrixSite(index: 0, start: 0, rows: outputWidth, columns: inputWidth) }

  public var matrices: [MatrixSite] { [matrix] }

  public func columnPowers(_ input: Span<Float>, cache: LayerCache) -> [[Float]] { [input.columnPowers(inputWidth)] }

  public func multiplyAdds(rows: Int) -> Int { rows * outputWidth * inputWidth }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    weights.fillUniform(0..<weights.count, bound: 1 / Float(inputWidth).squareRoot(), using: &random)
  }

  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let rows = layout.rowCount
    cache.output.resize(to: rows * outputWidth)
    var output = cache.output.mutableSpan
    BLAS.multiply(
      input, by: weights, byTransposed: true, into: &output, rows: rows, columns: outputWidth, inner: inputWidth)
    output.addBias(weights, from: biasStart, rows: rows, width: outputWidth)
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let rows = layout.rowCount
    cache.inputGradient.resize(to: rows * inputWidth)
    var inputGradient = cache.inputGradient.mutableSpan
    BLAS.multiply(
      outputGradient, by: weights, into: &inputGradient, rows: rows, columns: inputWidth, inner: outputWidth)
    BLAS.multiply(
      outputGradient, transposed: true, by: input, into: &gradients,
      rows: outputWidth, columns: inputWidth, inner: rows, accumulate: true)
    gradients.addColumnSums(outputGradient, to: biasStart, rows: rows, width: outputWidth)
  }

  public func makeState() -> LayerState { LayerState(output: outputWidth) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    step(row, at: time, weights: weights, state: &state, products: PlainProducts())
  }

  func step(
    _ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState, products: some MatrixProducts
  ) {
    var output = state.output.mutableSpan
    output.copy(weights, from: biasStart, to: 0, count: outputWidth)
    products.add(matrix, of: weights, times: row, to: &output)
  }

  public func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    output.fill(weights, from: biasStart, rows: times.count, width: outputWidth)
    BLAS.add(
      weights, byEachOf: rows, to: &output, streams: times.count, rows: outputWidth, columns: inputWidth)
  }
}

extension Dense: LinearInput, LinearOutput {
  func weights(_ weights: [Float], after map: [Float]) -> [Float] {
    weights.folding(input: map, rows: outputWidth, columns: inputWidth, bias: biasStart)
  }

  func weights(_ weights: [Float], with map: [Float]) -> [Float] {
    weights.folding(output: map, rows: outputWidth, columns: inputWidth, bias: biasStart)
  }
}
