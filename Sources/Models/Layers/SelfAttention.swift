import Support

/// Single-head self-attention (Vaswani et al. 2017): each row attends to all visible rows.
///
/// ```
/// q = Wq x + bq        k = Wk x        v = Wv x + bv
/// y[t] = Σ a[t, u] v[u],        a[t, ·] = softmax(q[t] · k[u] / √d) over the visible rows u
/// ```
/// By default all rows of the sequence are visible. With a `window`, only the last `window` rows are, including the
/// current one; only this form has `step`, and the state holds the keys and values of those rows. The result does not
/// depend on the order of rows; earlier layers must encode it.
public struct SelfAttention: Layer {
  public let inputWidth: Int
  /// d, the width of queries, keys and values.
  public let outputWidth: Int
  /// Length of the attention window in rows, including the current one; nil for the whole sequence.
  public let window: Int?

  public init(inputWidth: Int, units: Int, window: Int? = nil) {
    precondition(window ?? 1 >= 1, "a window holds at least one row")
    self.inputWidth = inputWidth
    outputWidth = units
    self.window = window
  }

  /// Keys have no bias: it would add the same value to all scores of a query.
  public var parameters: [Parameter] {
    ["query", "key", "value"].map {
      Parameter(name: "\($0)_weight", shape: [outputWidth, inputWidth], decays: true)
    } + ["query", "value"].map { Parameter(name: "\($0)_bias", shape: [outputWidth]) }
  }

  /// Columns of [query, key, value].
  private var projectedWidth: Int { 3 * outputWidth }
  private var queryBiasStart: Int { projectedWidth * inputWidth }
  private var valueBiasStart: Int { queryBiasStart + outputWidth }
  private var scale: Float { 1 / Float(outputWidth).squareRoot() }

  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    weights.fillUniform(0..<weights.count, bound: 1 / Float(inputWidth).squareRoot(), using: &random)
  }

  public var isStreaming: Bool { window != nil }

  public func multiplyAdds(rows: Int) -> Int {
    rows * projectedWidth * inputWidth + 2 * rows * (window.map { min($0, rows) } ?? rows) * outputWidth
  }

  public var stepMultiplyAdds: Int { projectedWidth * inputWidth + 2 * (window ?? 1) * outputWidth }

  /// The visible rows from row `time` of a sequence of `length`.
  private func sight(from time: Int, _ length: Int) -> Range<Int> {
    window.map { max(0, time - $0 + 1)..<time + 1 } ?? 0..<length
  }

  private func addBiases(_ projected: inout MutableSpan<Float>, rows: Int, _ weights: Span<Float>) {
    for row in 0..<rows {
      let query = row * projectedWidth
      let value = query + 2 * outputWidth
      for i in 0..<outputWidth {
        projected[query + i] += weights[queryBiasStart + i]
        projected[value + i] += weights[valueBiasStart + i]
      }
    }
  }

  /// Gathers the rows of one sequence, [length × d], from the columns from `column` on of a batch of rows of `width`.
  private func gather(
    _ rows: Span<Float>, width: Int, column: Int, _ layout: SequenceLayout, _ sequence: Int
  ) -> [Float] {
    var gathered = [Float](repeating: 0, count: layout.lengths[sequence] * outputWidth)
    var span = gathered.mutableSpan
    for time in 0..<layout.lengths[sequence] {
      span.copy(
        rows, from: layout.row(sequence, at: time) * width + column, to: time * outputWidth, count: outputWidth)
    }
    return gathered
  }

  /// The inverse of `gather`.
  private func scatter(
    _ gathered: [Float], width: Int, column: Int, _ layout: SequenceLayout, _ sequence: Int,
    into rows: inout MutableSpan<Float>
  ) {
    for time in 0..<layout.lengths[sequence] {
      rows.copy(
        gathered.span, from: time * outputWidth, to: layout.row(sequence, at: time) * width + column,
        count: outputWidth)
    }
  }

  /// `saved`: queries, keys and values, [rows × 3d]; output of the first child: the attention of each sequence,
  /// [length × length], one after the other.
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let (rows, d) = (layout.rowCount, outputWidth)
    if cache.children.isEmpty { cache.children = [LayerCache()] }
    var projectedStore = cache.saved.take(resizedTo: rows * projectedWidth)
    var attentionStore = cache.children[0].output.take(resizedTo: layout.lengths.reduce(0) { $0 + $1 * $1 })
    defer {
      cache.saved = projectedStore
      cache.children[0].output = attentionStore
    }
    var projected = projectedStore.mutableSpan
    var attention = attentionStore.mutableSpan
    cache.output.resize(to: rows * d)
    var output = cache.output.mutableSpan
    BLAS.multiply(
      input, by: weights, byTransposed: true, into: &projected, rows: rows, columns: projectedWidth, inner: inputWidth)
    addBiases(&projected, rows: rows, weights)
    var start = 0
    for (sequence, length) in layout.lengths.enumerated() {
      let query = gather(projected.span, width: projectedWidth, column: 0, layout, sequence)
      let key = gather(projected.span, width: projectedWidth, column: d, layout, sequence)
      let value = gather(projected.span, width: projectedWidth, column: 2 * d, layout, sequence)
      BLAS.multiply(
        query.span, from: 0, by: key.span, from: 0, byTransposed: true, into: &attention, from: start,
        rows: length, columns: length, inner: d)
      for time in 0..<length {
        let row = start + time * length
        let sight = sight(from: time, length)
        for u in sight { attention[row + u] *= scale }
        VectorMath.softmax(&attention, row + sight.lowerBound..<row + sight.upperBound)
        for u in 0..<sight.lowerBound { attention[row + u] = 0 }
        for u in sight.upperBound..<length { attention[row + u] = 0 }
      }
      var answer = [Float](repeating: 0, count: length * d)
      var answerSpan = answer.mutableSpan
      BLAS.multiply(
        attention.span, from: start, by: value.span, into: &answerSpan, rows: length, columns: d, inner: length)
      scatter(answer, width: d, column: 0, layout, sequence, into: &output)
      start += length * length
    }
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let (rows, d) = (layout.rowCount, outputWidth)
    let projected = cache.saved
    let attention = cache.children[0].output
    // Gradients of the queries, keys and values.
    var gradientStore = cache.children[0].saved.take(resizedTo: rows * projectedWidth)
    defer { cache.children[0].saved = gradientStore }
    var gradient = gradientStore.mutableSpan
    var start = 0
    for (sequence, length) in layout.lengths.enumerated() {
      let query = gather(projected.span, width: projectedWidth, column: 0, layout, sequence)
      let key = gather(projected.span, width: projectedWidth, column: d, layout, sequence)
      let value = gather(projected.span, width: projectedWidth, column: 2 * d, layout, sequence)
      let answerGradient = gather(outputGradient, width: d, column: 0, layout, sequence)
      var part = [Float](repeating: 0, count: length * d)
      var partSpan = part.mutableSpan
      BLAS.multiply(
        attention.span, from: start, transposed: true, by: answerGradient.span, into: &partSpan,
        rows: length, columns: d, inner: length)
      scatter(part, width: projectedWidth, column: 2 * d, layout, sequence, into: &gradient)

      // Gradients of the attention, then, in place, of the scores.
      var scores = [Float](repeating: 0, count: length * length)
      var scoresSpan = scores.mutableSpan
      BLAS.multiply(
        answerGradient.span, by: value.span, byTransposed: true, into: &scoresSpan,
        rows: length, columns: length, inner: d)
      for time in 0..<length {
        let row = time * length
        var expectation: Float = 0
        for u in 0..<length { expectation += attention[start + row + u] * scoresSpan[row + u] }
        for u in 0..<length {
          scoresSpan[row + u] = scale * attention[start + row + u] * (scoresSpan[row + u] - expectation)
        }
      }
      partSpan = part.mutableSpan
      BLAS.multiply(scores.span, by: key.span, into: &partSpan, rows: length, columns: d, inner: length)
      scatter(part, width: projectedWidth, column: 0, layout, sequence, into: &gradient)
      partSpan = part.mutableSpan
      BLAS.multiply(
        scores.span, transposed: true, by: query.span, into: &partSpan, rows: length, columns: d, inner: length)
      scatter(part, width: projectedWidth, column: d, layout, sequence, into: &gradient)
      start += length * length
    }
    BLAS.multiply(
      gradient.span, transposed: true, by: input, into: &gradients,
      rows: projectedWidth, columns: inputWidth, inner: rows, accumulate: true)
    for row in 0..<rows {
      let query = row * projectedWidth
      let value = query + 2 * d
      for i in 0..<d {
        gradients[queryBiasStart + i] += gradient[query + i]
        gradients[valueBiasStart + i] += gradient[value + i]
      }
    }
    cache.inputGradient.resize(to: rows * inputWidth)
    var inputGradient = cache.inputGradient.mutableSpan
    BLAS.multiply(
      gradient.span, by: weights, into: &inputGradient, rows: rows, columns: inputWidth, inner: projectedWidth)
  }

  /// `memory`: keys and values of the window's rows, a ring indexed by time, [window × 2d]; `scratch`: query, key and
  /// value of the row, and the attention.
  public func makeState() -> LayerState {
    guard let window else { return LayerState(output: outputWidth) }
    return LayerState(output: outputWidth, memory: 2 * outputWidth * window, scratch: projectedWidth + window)
  }

  public var stateBound: Int {
    let memory = window.map { 2 * outputWidth * $0 + projectedWidth + $0 } ?? 0
    return MemoryLayout<Float>.stride * (outputWidth + memory)
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    guard let window else { preconditionFailure("attention to rows to come cannot step") }
    let d = outputWidth
    var scratchStore = state.scratch.take()
    var memoryStore = state.memory.take()
    defer {
      state.scratch = scratchStore
      state.memory = memoryStore
    }
    var scratch = scratchStore.mutableSpan
    var memory = memoryStore.mutableSpan
    BLAS.multiply(weights, byVector: row, into: &scratch, rows: projectedWidth, columns: inputWidth)
    addBiases(&scratch, rows: 1, weights)
    memory.copy(scratch.span, from: d, to: time % window * 2 * d, count: 2 * d)
    let oldest = max(0, time - window + 1)
    let shares = projectedWidth..<projectedWidth + time - oldest + 1
    for past in oldest...time {
      let key = past % window * 2 * d
      var score: Float = 0
      for i in 0..<d { score += scratch[i] * memory[key + i] }
      scratch[shares.lowerBound + past - oldest] = score * scale
    }
    VectorMath.softmax(&scratch, shares)
    var output = state.output.mutableSpan
    for i in 0..<d { output[i] = 0 }
    for past in oldest...time {
      let value = past % window * 2 * d + d
      let share = scratch[shares.lowerBound + past - oldest]
      for i in 0..<d { output[i] += share * memory[value + i] }
    }
  }
}
