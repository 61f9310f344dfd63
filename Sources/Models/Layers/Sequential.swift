import Support

/// Layers in sequence.
public struct Sequential: Layer {
  public let layers: [any Layer]
  public let inputWidth: Int
  public let outputWidth: Int
  /// Ranges of the layers' weights within this layer's weights.
  private let ranges: [Range<Int>]
  /// The stride of each layer.
  private let strides: [Int]
  public let isStreaming: Bool

  /// - Parameter layers: the input width of each is the output width of the previous one.
  public init(inputWidth: Int, _ layers: [any Layer]) {
    self.layers = layers
    self.inputWidth = inputWidth
    var width = inputWidth
    var ranges: [Range<Int>] = []
    for layer in layers {
      precondition(layer.inputWidth == width, "\(layer) does not fit behind a width of \(width)")
      width = layer.outputWidth
      let start = ranges.last?.upperBound ?? 0
      ranges.append(start..<start + layer.parameterCount)
    }
    outputWidth = width
    self.ranges = ranges
    strides = layers.map {
      if case .ragged(let stride) = $0.outputRows(.ragged(stride: 1)) { stride } else { 1 }
    }
    isStreaming = layers.allSatisfy(\.isStreaming)
  }

  /// At least one layer.
  init(_ folded: [WeightedLayer]) {
    self.init(inputWidth: folded[0].layer.inputWidth, folded.map(\.layer))
  }

  public var parameters: [Parameter] {
    layers.enumerated().flatMap { index, layer in
      layer.parameters.map { parameter in
        var parameter = parameter
        parameter.name = "\(index).\(parameter.name)"
        return parameter
      }
    }
  }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    for (layer, range) in zip(layers, ranges) {
      var part = weights._mutatingExtracting(range)
      layer.initialize(&part, using: &random)
    }
  }

  public func outputRows(_ rows: RowCount) -> RowCount {
    layers.reduce(rows) { $1.outputRows($0) }
  }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout {
    layers.reduce(layout) { $1.outputLayout($0) }
  }

  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    if cache.children.isEmpty { cache.children = layers.map { _ in LayerCache() } }
    cache.output = []  // otherwise the storage is shared, and the last layer copies it
    var layout = layout
    for (index, layer) in layers.enumerated() {
      // Using the array rather than a span of the cache keeps the cache writable.
      let previous = index == 0 ? [] : cache.children[index - 1].output
      layer.forward(
        index == 0 ? input : previous.span, layout: layout, weights: weights.extracting(ranges[index]), pass: &pass,
        cache: &cache.children[index])
      layout = layer.outputLayout(layout)
    }
    cache.output = cache.children.last?.output ?? []
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    cache.inputGradient = []
    var layouts = [layout]
    for layer in layers { layouts.append(layer.outputLayout(layouts[layouts.count - 1])) }
    for index in layers.indices.reversed() {
      let isLast = index == layers.count - 1
      let next = isLast ? [] : cache.children[index + 1].inputGradient
      let previous = index == 0 ? [] : cache.children[index - 1].output
      var part = gradients._mutatingExtracting(ranges[index])
      layers[index].backward(
        isLast ? outputGradient : next.span, input: index == 0 ? input : previous.span, layout: layouts[index],
        weights: weights.extracting(ranges[index]), cache: &cache.children[index], gradients: &part)
    }
    cache.inputGradient = cache.children.first?.inputGradient ?? []
  }

  public func updateStatistics(_ weights: inout MutableSpan<Float>, cache: LayerCache) {
    for index in layers.indices {
      var part = weights._mutatingExtracting(ranges[index])
      layers[index].updateStatistics(&part, cache: cache.children[index])
    }
  }

  public func multiplyAdds(rows: Int) -> Int {
    var shape = RowCount.known(rows)
    var total = 0
    for layer in layers {
      if case .known(let rows) = shape { total += layer.multiplyAdds(rows: rows) }
      shape = layer.outputRows(shape)
    }
    return total
  }

  public var stepMultiplyAdds: Int { layers.reduce(0) { $0 + $1.stepMultiplyAdds } }

  public func makeState() -> LayerState {
    LayerState(output: outputWidth, children: layers.map { $0.makeState() })
  }

  public var stateBound: Int {
    layers.reduce(MemoryLayout<Float>.stride * outputWidth) { $0 + $1.stateBound }
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    // Spans give direct access to elements, while arrays are retained and checked at each access. Moving a row out and
    // back keeps its state from holding it while it is written.
    var output = state.output.take()
    defer { state.output = output }
    let steps = layers.span
    var children = state.children.mutableSpan
    var time = time
    for index in steps.indices {
      let previous = index == 0 ? [] : children[index - 1].output.take()
      steps[index].step(
        index == 0 ? row : previous.span, at: time, weights: weights.extracting(ranges[index]),
        state: &children[index])
      if index > 0 { children[index - 1].output = previous }
      let stride = strides[index]
      if stride > 1 {
        guard time % stride == 0 else { return }
        time /= stride
      }
    }
    var result = output.mutableSpan
    result.copy(children[steps.count - 1].output.span, to: 0, count: outputWidth)
  }

  public func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    // After a stride, some streams have a row and others have none.
    guard strides.allSatisfy({ $0 == 1 }) else {
      return stepInTurn(rows, at: times, weights: weights, states: &states, into: &output)
    }
    let widest = layers.reduce(0) { max($0, $1.outputWidth) }
    var previous = [Float](repeating: 0, count: times.count * widest)
    var next = previous
    for (index, layer) in layers.enumerated() {
      let input = previous
      var result = next.mutableSpan
      var children = states.takeChildren(index)
      layer.step(
        index == 0 ? rows : input.span.extracting(0..<times.count * layer.inputWidth), at: times,
        weights: weights.extracting(ranges[index]), states: &children, into: &result)
      states.putChildren(index, &children)
      swap(&previous, &next)
    }
    output.copy(previous.span, to: 0, count: times.count * outputWidth)
  }

  public var matrices: [MatrixSite] {
    zip(layers, ranges).reduce(into: []) { $0.append($1.0.matrices, from: $1.1.lowerBound) }
  }

  public func columnPowers(_ input: Span<Float>, cache: LayerCache) -> [[Float]] {
    layers.indices.flatMap { index in
      let previous = index == 0 ? [] : cache.children[index - 1].output
      return layers[index].columnPowers(index == 0 ? input : previous.span, cache: cache.children[index])
    }
  }

  public func reduced(_ weights: Span<Float>, to precision: WeightPrecision) -> any Layer {
    reducedLayers(weights, to: precision)
  }

  /// The layers in reduced form.
  func reducedLayers(_ weights: Span<Float>, to precision: WeightPrecision) -> Sequential {
    Sequential(
      inputWidth: inputWidth,
      layers.indices.map { layers[$0].reduced(weights.extracting(ranges[$0]), to: precision) })
  }

  public func folded(_ weights: Span<Float>) -> [WeightedLayer] {
    var folded: [WeightedLayer] = []
    for (layer, range) in zip(layers, ranges) {
      for part in layer.folded(weights.extracting(range)) { folded.append(folding: part) }
    }
    return folded
  }
}

extension [LayerState] {
  /// Moves the child `index` out of each state; `putChildren` moves it back.
  mutating func takeChildren(_ index: Int) -> [LayerState] {
    var children = [LayerState](repeating: .none, count: count)
    putChildren(index, &children)
    return children
  }

  /// Moves the child `index` into each state, and the placeholder out.
  mutating func putChildren(_ index: Int, _ children: inout [LayerState]) {
    for i in indices { swap(&self[i].children[index], &children[i]) }
  }
}
