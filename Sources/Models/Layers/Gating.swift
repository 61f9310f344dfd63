import Support

/// y = body(x) ∘ σ(gate(x)): the gate scales the result of the body (gated linear units: Dauphin et al. 2017; with tanh
/// at the end of the body, the gated activation of van den Oord et al. 2016).
public struct Gating: Layer {
  public let body: Sequential
  public let gate: Sequential
  public var inputWidth: Int { body.inputWidth }
  public var outputWidth: Int { body.outputWidth }

  /// - Parameters: with equal input widths, output widths and numbers of rows.
  public init(_ body: Sequential, gate: Sequential) {
    precondition(
      body.inputWidth == gate.inputWidth && body.outputWidth == gate.outputWidth, "a gate is as wide as its body")
    precondition(
      body.outputRows(.ragged(stride: 1)) == gate.outputRows(.ragged(stride: 1)), "a gate has as many rows as its body")
    self.body = body
    self.gate = gate
  }

  public var parameters: [Parameter] {
    bodies.flatMap { body in
      body.layers.parameters.map { parameter in
        var parameter = parameter
        parameter.name = "\(body.name).\(parameter.name)"
        return parameter
      }
    }
  }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    var bodyWeights = weights._mutatingExtracting(0..<split)
    body.initialize(&bodyWeights, using: &random)
    var gateWeights = weights._mutatingExtracting(split..<weights.count)
    gate.initialize(&gateWeights, using: &random)
  }

  /// Start of the gate's weights.
  private var split: Int { body.parameterCount }

  public var bodies: [LayerBody] {
    [LayerBody(name: "body", layers: body), LayerBody(name: "gate", layers: gate)]
  }

  public func outputRows(_ rows: RowCount) -> RowCount { body.outputRows(rows) }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { body.outputLayout(layout) }

  public var isStreaming: Bool { body.isStreaming && gate.isStreaming }

  public func multiplyAdds(rows: Int) -> Int {
    let products = if case .known(let rows) = outputRows(.known(rows)) { rows * outputWidth } else { 0 }
    return body.multiplyAdds(rows: rows) + gate.multiplyAdds(rows: rows) + products
  }

  public var stepMultiplyAdds: Int { body.stepMultiplyAdds + gate.stepMultiplyAdds + outputWidth }

  /// `saved`: the gate values, σ(gate(x)).
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    if cache.children.isEmpty { cache.children = [LayerCache(), LayerCache()] }
    body.forward(
      input, layout: layout, weights: weights.extracting(0..<split), pass: &pass, cache: &cache.children[0])
    gate.forward(
      input, layout: layout, weights: weights.extracting(split..<weights.count), pass: &pass,
      cache: &cache.children[1])
    let result = cache.children[0].output
    let scores = cache.children[1].output
    var shareStore = cache.saved.take(resizedTo: scores.count)
    defer { cache.saved = shareStore }
    var share = shareStore.mutableSpan
    share.copy(scores.span, to: 0, count: scores.count)
    VectorMath.sigmoid(&share, share.indices)
    cache.output.resize(to: result.count)
    var output = cache.output.mutableSpan
    for i in output.indices { output[i] = result[i] * share[i] }
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let share = cache.saved
    let result = cache.children[0].output
    var gradient = outputGradient.indices.map { outputGradient[$0] * share[$0] }
    var bodyGradients = gradients._mutatingExtracting(0..<split)
    body.backward(
      gradient.span, input: input, layout: layout, weights: weights.extracting(0..<split),
      cache: &cache.children[0], gradients: &bodyGradients)
    for i in gradient.indices { gradient[i] = outputGradient[i] * result[i] * share[i] * (1 - share[i]) }
    var gateGradients = gradients._mutatingExtracting(split..<gradients.count)
    gate.backward(
      gradient.span, input: input, layout: layout, weights: weights.extracting(split..<weights.count),
      cache: &cache.children[1], gradients: &gateGradients)
    let (first, second) = (cache.children[0].inputGradient, cache.children[1].inputGradient)
    cache.inputGradient.resize(to: input.count)
    var inputGradient = cache.inputGradient.mutableSpan
    for i in input.indices { inputGradient[i] = first[i] + second[i] }
  }

  public func updateStatistics(_ weights: inout MutableSpan<Float>, cache: LayerCache) {
    var bodyWeights = weights._mutatingExtracting(0..<split)
    body.updateStatistics(&bodyWeights, cache: cache.children[0])
    var gateWeights = weights._mutatingExtracting(split..<weights.count)
    gate.updateStatistics(&gateWeights, cache: cache.children[1])
  }

  public func makeState() -> LayerState {
    LayerState(output: outputWidth, children: [body.makeState(), gate.makeState()])
  }

  public var stateBound: Int {
    MemoryLayout<Float>.stride * outputWidth + body.stateBound + gate.stateBound
  }

  public var matrices: [MatrixSite] {
    var matrices = body.matrices
    matrices.append(gate.matrices, from: split)
    return matrices
  }

  public func columnPowers(_ input: Span<Float>, cache: LayerCache) -> [[Float]] {
    body.columnPowers(input, cache: cache.children[0]) + gate.columnPowers(input, cache: cache.children[1])
  }

  public func reduced(_ weights: Span<Float>, to precision: WeightPrecision) -> any Layer {
    Gating(
      body.reducedLayers(weights.extracting(0..<split), to: precision),
      gate: gate.reducedLayers(weights.extracting(split..<weights.count), to: precision))
  }

  public func folded(_ weights: Span<Float>) -> [WeightedLayer] {
    let body = body.folded(weights.extracting(0..<split))
    let gate = gate.folded(weights.extracting(split..<weights.count))
    guard !body.isEmpty, !gate.isEmpty else { return [WeightedLayer(self, weights)] }
    return [
      WeightedLayer(Gating(Sequential(body), gate: Sequential(gate)), (body + gate).flatMap(\.weights))
    ]
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    body.step(row, at: time, weights: weights.extracting(0..<split), state: &state.children[0])
    gate.step(row, at: time, weights: weights.extracting(split..<weights.count), state: &state.children[1])
    let result = state.children[0].output
    let scores = state.children[1].output
    var output = state.output.mutableSpan
    output.copy(scores.span, to: 0, count: outputWidth)
    VectorMath.sigmoid(&output, 0..<outputWidth)
    for i in 0..<outputWidth { output[i] *= result[i] }
  }
}
