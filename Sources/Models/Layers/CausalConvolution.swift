/// A one-dimensional convolution over time that sees the present and the past only: with kernel K and dilation d,
/// y[t] = b + Σₖ Wₖ x[t − (K − 1 − k)·d], rows before the first counting as zero (van den Oord et al. 2016).
public struct CausalConvolution: Layer {
  public let inputWidth: Int
  public let outputWidth: Int
  /// Number of rows that one output row sees, at least 1.
  public let kernel: Int
  /// Distance of those rows, at least 1.
  public let dilation: Int

  public init(inputWidth: Int, outputWidth: Int, kernel: Int, dilation: Int = 1) {
    precondition(kernel >= 1 && dilation >= 1, "kernel and dilation are at least 1")
    self.inputWidth = inputWidth
    self.outputWidth = outputWidth
    self.kernel = kernel
    self.dilation = dilation
  }

  /// The weight's columns are [kernel × inputWidth], oldest row first: the order of the rows as they are stacked.
  public var parameters: [Parameter] {
    [
      Parameter(name: "weight", shape: [outputWidth, kernel, inputWidth], decays: true),
      Parameter(name: "bias", shape: [outputWidth]),
    ]
  }

  private var stackedWidth: Int { kernel * inputWidth }
  private var biasStart: Int { outputWidth * stackedWidth }
  /// Past rows that a stream keeps.
  private var history: Int { (kernel - 1) * dilation }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    weights.fillUniform(0..<weights.count, bound: 1 / Float(stackedWidth).squareRoot(), using: &random)
  }

  /// Calls `body` with each pair of a row's index and the index of the row that tap `tap` sees from there.
  private func forEachRow(seenBy tap: Int, _ layout: SequenceLayout, _ body: (_ row: Int, _ seen: Int) -> Void) {
    let delay = (kernel - 1 - tap) * dilation
    guard delay < layout.timeCount else { return }
    for time in delay..<layout.timeCount {
      let row = layout.row(0, at: time)
      let seen = layout.row(0, at: time - delay)
      for sequence in 0..<layout.active(at: time) { body(row + sequence, seen + sequence) }
    }
  }

  /// `saved`: the rows that each output row sees, stacked, [rows × kernel·inputWidth].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let rows = layout.rowCount
    let width = inputWidth
    var stackedStore = cache.saved.take(resizedTo: rows * stackedWidth)
    defer { cache.saved = stackedStore }
    var stacked = stackedStore.mutableSpan
    for i in stacked.indices { stacked[i] = 0 }
    for tap in 0..<kernel {
      forEachRow(seenBy: tap, layout) { row, seen in
        let to = row * stackedWidth + tap * width
        for i in 0..<width { stacked[to + i] = input[seen * width + i] }
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
    let rows = layout.rowCount
    let width = inputWidth
    BLAS.multiply(
      outputGradient, transposed: true, by: cache.saved.span, into: &gradients,
      rows: outputWidth, columns: stackedWidth, inner: rows, accumulate: true)
    gradients.addColumnSums(outputGradient, to: biasStart, rows: rows, width: outputWidth)

    // The stacked rows have served; their gradient takes their place.
    var stackedStore = cache.saved.take()
    defer { cache.saved = stackedStore }
    var stackedGradient = stackedStore.mutableSpan
    BLAS.multiply(
      outputGradient, by: weights, into: &stackedGradient, rows: rows, columns: stackedWidth, inner: outputWidth)
    cache.inputGradient.resize(to: rows * width)
    var inputGradient = cache.inputGradient.mutableSpan
    for i in inputGradient.indices { inputGradient[i] = 0 }
    for tap in 0..<kernel {
      forEachRow(seenBy: tap, layout) { row, seen in
        let from = row * stackedWidth + tap * width
        for i in 0..<width { inputGradient[seen * width + i] += stackedGradient[from + i] }
      }
    }
  }

  /// `memory`: the last `history` rows, a ring indexed by time; `scratch`: the stacked rows.
  public func makeState() -> LayerState {
    LayerState(output: outputWidth, memory: history * inputWidth, scratch: stackedWidth)
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    let width = inputWidth
    var stackedStore = state.scratch.take()
    var pastStore = state.memory.take()
    defer {
      state.scratch = stackedStore
      state.memory = pastStore
    }
    var stacked = stackedStore.mutableSpan
    var past = pastStore.mutableSpan
    for tap in 0..<kernel - 1 {
      // Rows before the first are zero: the memory of a new sequence is.
      let from = (time + history - (kernel - 1 - tap) * dilation) % history * width
      stacked.copy(past.span, from: from, to: tap * width, count: width)
    }
    stacked.copy(row, to: (kernel - 1) * width, count: width)
    if history > 0 { past.copy(row, to: time % history * width, count: width) }
    var output = state.output.mutableSpan
    output.copy(weights, from: biasStart, to: 0, count: outputWidth)
    BLAS.multiply(
      weights, byVector: stacked.span, into: &output,
      rows: outputWidth, columns: stackedWidth, accumulate: true)
  }
}
