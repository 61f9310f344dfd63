import Support

/// A one-dimensional convolution over time: with kernel K, dilation d and stride s, y[j] = b + Σₖ Wₖ x[j·s − lead +
/// k·d], where rows outside the sequence are zero. `SlidingWindow` defines the lead. The default is causal (van den
/// Oord et al. 2016); only the causal form has `step`.
public struct Convolution: MatrixLayer {
  public let inputWidth: Int
  public let outputWidth: Int
  /// The input rows of an output row; its size is the kernel's.
  public let window: SlidingWindow

  /// - Parameters:
  ///   - kernel: number of input rows per output row, at least 1.
  ///   - dilation: distance of those rows, at least 1.
  ///   - stride: rows from one output row to the next, at least 1.
  public init(
    inputWidth: Int, outputWidth: Int, kernel: Int, dilation: Int = 1, stride: Int = 1,
    padding: SlidingWindow.Padding = .causal
  ) {
    self.inputWidth = inputWidth
    self.outputWidth = outputWidth
    window = SlidingWindow(size: kernel, dilation: dilation, stride: stride, padding: padding)
  }

  /// The weight's columns are [kernel × inputWidth], oldest row first: the order of the stacked rows.
  public var parameters: [Parameter] {
    [
      Parameter(name: "weight", shape: [outputWidth, window.size, inputWidth], decays: true),
      Parameter(name: "bias", shape: [outputWidth]),
    ]
  }

  public var isStreaming: Bool { window.padding == .causal }

  public func outputRows(_ rows: RowCount) -> RowCount { window.outputRows(rows) }

  public func outputLayout(_ layout: SequenceLayout) -> SequenceLayout { window.outputLayout(layout) }

  public func multiplyAdds(rows: Int) -> Int { window.outputRows(rows) * outputWidth * stackedWidth }

  private var stackedWidth: Int { window.size * inputWidth }
  private var biasStart: Int { outputWidth * stackedWidth }
  private var matrix: MatrixSite { MatrixSite(index: 0, start: 0, rows: outputWidth, columns: stackedWidth) }

  public var matrices: [MatrixSite] { [matrix] }

  public func columnPowers(_ input: Span<Float>, cache: LayerCache) -> [[Float]] {
    [cache.saved.span.columnPowers(stackedWidth)]
  }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    weights.fillUniform(0..<weights.count, bound: 1 / Float(stackedWidth).squareRoot(), using: &random)
  }

  /// `saved`: the stacked input rows of each output row, [output rows × kernel·inputWidth].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let outputLayout = outputLayout(layout)
    let rows = outputLayout.rowCount
    let width = inputWidth
    var stackedStore = cache.saved.take(resizedTo: rows * stackedWidth)
    defer { cache.saved = stackedStore }
    var stacked = stackedStore.mutableSpan
    for i in stacked.indices { stacked[i] = 0 }
    for tap in 0..<window.size {
      window.forEachRow(seenBy: tap, layout, outputLayout) { row, seen in
        stacked.copy(input, from: seen * width, to: row * stackedWidth + tap * width, count: width)
      }
    }
    cache.output.resize(to: rows * outputWidth)
    var output = cache.output.mutableSpan
    BLAS.multiply(
      stacked.span, by: weights, byTransposed: true, into: &output,
      rows: rows, columns: outputWidth, inner: stackedWidth)
    output.addBias(weights, from: biasStart, rows: rows, width: outputWidth)
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let outputLayout = outputLayout(layout)
    let rows = outputLayout.rowCount
    let width = inputWidth
    BLAS.multiply(
      outputGradient, transposed: true, by: cache.saved.span, into: &gradients,
      rows: outputWidth, columns: stackedWidth, inner: rows, accumulate: true)
    gradients.addColumnSums(outputGradient, to: biasStart, rows: rows, width: outputWidth)

    // The stacked rows are no longer needed; their gradient replaces them.
    var stackedStore = cache.saved.take()
    defer { cache.saved = stackedStore }
    var stackedGradient = stackedStore.mutableSpan
    BLAS.multiply(
      outputGradient, by: weights, into: &stackedGradient, rows: rows, columns: stackedWidth, inner: outputWidth)
    cache.inputGradient.resize(to: layout.rowCount * width)
    var inputGradient = cache.inputGradient.mutableSpan
    for i in inputGradient.indices { inputGradient[i] = 0 }
    for tap in 0..<window.size {
      window.forEachRow(seenBy: tap, layout, outputLayout) { row, seen in
        let from = row * stackedWidth + tap * width
        BatchMath.add(1, stackedGradient.span, from: from, to: &inputGradient, at: seen * width, count: width)
      }
    }
  }

  /// `memory`: the past rows within the window, a ring indexed by time; `scratch`: the stacked rows.
  public func makeState() -> LayerState {
    isStreaming
      ? LayerState(output: outputWidth, memory: window.reach * inputWidth, scratch: stackedWidth)
      : LayerState(output: outputWidth)
  }

  public var stateBound: Int {
    MemoryLayout<Float>.stride * (outputWidth + (isStreaming ? window.reach * inputWidth + stackedWidth : 0))
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    step(row, at: time, weights: weights, state: &state, products: PlainProducts())
  }

  func step(
    _ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState, products: some MatrixProducts
  ) {
    precondition(isStreaming, "only a causal convolution can step")
    var stackedStore = state.scratch.take()
    defer { state.scratch = stackedStore }
    var stacked = stackedStore.mutableSpan
    guard stack(row, at: time, state: &state, into: &stacked, from: 0) else { return }
    var output = state.output.mutableSpan
    output.copy(weights, from: biasStart, to: 0, count: outputWidth)
    products.add(matrix, of: weights, times: stacked.span, to: &output)
  }

  public func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    guard window.stride == 1 else {
      return stepInTurn(rows, at: times, weights: weights, states: &states, into: &output)
    }
    precondition(isStreaming, "only a causal convolution can step")
    var stackedStore = [Float](repeating: 0, count: times.count * stackedWidth)
    var stacked = stackedStore.mutableSpan
    for (stream, time) in times.enumerated() {
      let row = rows.extracting(stream * inputWidth..<(stream + 1) * inputWidth)
      _ = stack(row, at: time, state: &states[stream], into: &stacked, from: stream * stackedWidth)
    }
    output.fill(weights, from: biasStart, rows: times.count, width: outputWidth)
    BLAS.add(
      weights, byEachOf: stacked.span, to: &output, streams: times.count, rows: outputWidth, columns: stackedWidth)
  }

  /// Stores the newest row. If `time` has an output row, stacks its input rows; returns whether it has.
  private func stack(
    _ row: Span<Float>, at time: Int, state: inout LayerState, into stacked: inout MutableSpan<Float>, from start: Int
  ) -> Bool {
    let width = inputWidth
    let reach = window.reach
    let isDue = time % window.stride == 0
    if isDue {
      for tap in 0..<window.size - 1 {
        // Rows before the first are zero, like the memory of a new sequence.
        let from = (time + tap * window.dilation) % reach * width
        stacked.copy(state.memory.span, from: from, to: start + tap * width, count: width)
      }
      stacked.copy(row, to: start + (window.size - 1) * width, count: width)
    }
    if reach > 0 {
      var past = state.memory.mutableSpan
      past.copy(row, to: time % reach * width, count: width)
    }
    return isDue
  }
}

extension Convolution: LinearOutput {
  func weights(_ weights: [Float], with map: [Float]) -> [Float] {
    weights.folding(output: map, rows: outputWidth, columns: stackedWidth, bias: biasStart)
  }
}
