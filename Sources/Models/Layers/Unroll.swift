import Support

/// Applies a body along the columns of each row: a row of W columns becomes a sequence of W rows of one column, which
/// the body reduces to one row. Rows are independent, so the layer can stand at any position. Its step is the body's
/// forward pass over one row: the body's layers need no `step`, but the whole body is computed at every hop.
public struct Unroll: Layer {
  public let inputWidth: Int
  public var outputWidth: Int { body.outputWidth }
  public let body: Sequential

  /// - Parameters:
  ///   - width: columns of an input row.
  ///   - body: takes rows of one column, and reduces each sequence of `width` rows to one row.
  public init(width: Int, _ body: Sequential) {
    precondition(body.inputWidth == 1, "unrolled rows have one column")
    precondition(body.outputRows(.known(width)) == .known(1), "the body must leave one row")
    inputWidth = width
    self.body = body
  }

  public var parameters: [Parameter] { body.parameters }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    body.initialize(&weights, using: &random)
  }

  public var bodies: [LayerBody] { [LayerBody(name: "body", layers: body, rows: inputWidth)] }

  public func multiplyAdds(rows: Int) -> Int { rows * body.multiplyAdds(rows: inputWidth) }

  /// The rows of `layout` as sequences of their own.
  private func unrolled(_ layout: SequenceLayout) -> SequenceLayout {
    SequenceLayout(lengths: Array(repeating: inputWidth, count: layout.rowCount))
  }

  /// `saved`: the input, transposed, [width × rows].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    if cache.children.isEmpty { cache.children = [LayerCache()] }
    cache.output = []  // otherwise the storage is shared, and the body copies it
    let rows = layout.rowCount
    var unrolledStore = cache.saved.take(resizedTo: input.count)
    defer { cache.saved = unrolledStore }
    var columns = unrolledStore.mutableSpan
    for row in 0..<rows {
      for i in 0..<inputWidth { columns[i * rows + row] = input[row * inputWidth + i] }
    }
    body.forward(
      columns.span, layout: unrolled(layout), weights: weights, pass: &pass, cache: &cache.children[0])
    cache.output = cache.children[0].output
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let rows = layout.rowCount
    let columns = cache.saved
    body.backward(
      outputGradient, input: columns.span, layout: unrolled(layout), weights: weights, cache: &cache.children[0],
      gradients: &gradients)
    let gradient = cache.children[0].inputGradient
    cache.inputGradient.resize(to: input.count)
    var inputGradient = cache.inputGradient.mutableSpan
    for row in 0..<rows {
      for i in 0..<inputWidth { inputGradient[row * inputWidth + i] = gradient[i * rows + row] }
    }
  }

  public func updateStatistics(_ weights: inout MutableSpan<Float>, cache: LayerCache) {
    body.updateStatistics(&weights, cache: cache.children[0])
  }

  private static let oneRow = SequenceLayout(lengths: [1])

  /// `cache`: the buffers of `forward`, sized by a pass over zeros.
  public func makeState() -> LayerState {
    var state = LayerState(output: outputWidth)
    let nothing = [Float](repeating: 0, count: max(inputWidth, parameterCount))
    var pass = Pass.inference
    forward(
      nothing.span.extracting(0..<inputWidth), layout: Self.oneRow,
      weights: nothing.span.extracting(0..<parameterCount), pass: &pass, cache: &state.cache)
    return state
  }

  public var stateBound: Int { MemoryLayout<Float>.stride * (outputWidth + Self.buffers(of: body, rows: inputWidth)) }

  /// Upper bound for the number of elements in the buffers of a forward pass: eight for each input and output element
  /// of a layer (the gates and cells of a recurrent layer need the most), stacked rows, scores, and the values for
  /// statistics.
  private static func buffers(of layers: Sequential, rows: Int) -> Int {
    var shape = RowCount.known(rows)
    var total = layers.outputWidth * rows
    for layer in layers.layers {
      guard case .known(let rows) = shape, case .known(let left) = layer.outputRows(shape) else { break }
      total += 8 * (rows * layer.inputWidth + left * layer.outputWidth)
      if let convolution = layer as? Convolution {
        total += left * convolution.window.size * convolution.inputWidth
      } else if layer is SelfAttention {
        total += rows * rows
      } else if let functionals = layer as? FunctionalsPooling {
        total += 2 * functionals.window * functionals.inputWidth
      }
      for inner in layer.bodies {
        // A nested unroll processes as many sequences as it has input rows.
        total += inner.rows.map { rows * buffers(of: inner.layers, rows: $0) } ?? buffers(of: inner.layers, rows: rows)
      }
      shape = layer.outputRows(shape)
    }
    return total
  }

  public func folded(_ weights: Span<Float>) -> [WeightedLayer] {
    let folded = body.folded(weights)
    guard !folded.isEmpty else { return [WeightedLayer(self, weights)] }
    return [WeightedLayer(Unroll(width: inputWidth, Sequential(folded)), folded.flatMap(\.weights))]
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    var pass = Pass.inference
    forward(row, layout: Self.oneRow, weights: weights, pass: &pass, cache: &state.cache)
    let result = state.cache.output
    var output = state.output.mutableSpan
    output.copy(result.span, to: 0, count: outputWidth)
  }
}
