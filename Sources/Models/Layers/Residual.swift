import Support

/// y = x + body(x) (He et al. 2016); the body preserves the width and the number of rows.
public struct Residual: Layer {
  public let body: Sequential
  public var inputWidth: Int { body.inputWidth }
  public var outputWidth: Int { body.outputWidth }

  public init(_ body: Sequential) {
    precondition(body.inputWidth == body.outputWidth, "a residual body keeps the width")
    self.body = body
  }

  public var parameters: [Parameter] { body.parameters }

  public var bodies: [LayerBody] { [LayerBody(name: "body", layers: body)] }

  public var isStreaming: Bool { body.isStreaming }

  public func multiplyAdds(rows: Int) -> Int { body.multiplyAdds(rows: rows) }

  public var stepMultiplyAdds: Int { body.stepMultiplyAdds }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    body.initialize(&weights, using: &random)
  }

  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    if cache.children.isEmpty { cache.children = [LayerCache()] }
    body.forward(input, layout: layout, weights: weights, pass: &pass, cache: &cache.children[0])
    cache.output.resize(to: input.count)
    let change = cache.children[0].output
    var output = cache.output.mutableSpan
    BatchMath.add(input, change.span, into: &output)
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    body.backward(
      outputGradient, input: input, layout: layout, weights: weights, cache: &cache.children[0],
      gradients: &gradients)
    cache.inputGradient.resize(to: input.count)
    let change = cache.children[0].inputGradient
    var inputGradient = cache.inputGradient.mutableSpan
    BatchMath.add(outputGradient, change.span, into: &inputGradient)
  }

  public func updateStatistics(_ weights: inout MutableSpan<Float>, cache: LayerCache) {
    body.updateStatistics(&weights, cache: cache.children[0])
  }

  public func makeState() -> LayerState { LayerState(output: outputWidth, children: [body.makeState()]) }

  public var stateBound: Int { MemoryLayout<Float>.stride * outputWidth + body.stateBound }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    body.step(row, at: time, weights: weights, state: &state.children[0])
    // Moves the body's result to this layer without a copy: it has no other reader.
    swap(&state.output, &state.children[0].output)
    var output = state.output.mutableSpan
    VectorMath.add(row, to: &output, count: outputWidth)
  }

  public func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    var children = states.takeChildren(0)
    body.step(rows, at: times, weights: weights, states: &children, into: &output)
    states.putChildren(0, &children)
    VectorMath.add(rows, to: &output, count: times.count * outputWidth)
  }

  public var matrices: [MatrixSite] { body.matrices }

  public func columnPowers(_ input: Span<Float>, cache: LayerCache) -> [[Float]] {
    body.columnPowers(input, cache: cache.children[0])
  }

  public func reduced(_ weights: Span<Float>, to precision: WeightPrecision) -> any Layer {
    Residual(body.reducedLayers(weights, to: precision))
  }

  public func folded(_ weights: Span<Float>) -> [WeightedLayer] {
    let folded = body.folded(weights)
    guard !folded.isEmpty else { return [WeightedLayer(self, weights)] }
    return [WeightedLayer(Residual(Sequential(folded)), folded.flatMap(\.weights))]
  }
}
