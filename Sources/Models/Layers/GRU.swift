import Support

/// A gated recurrent unit (Cho et al. 2014, in the form of PyTorch and cuDNN). Causal.
///
/// ```
/// r = σ(Wr x[t] + Ur h[t−1] + br)
/// z = σ(Wz x[t] + Uz h[t−1] + bz)
/// n = tanh(Wn x[t] + bn + r ∘ (Un h[t−1] + c))
/// h[t] = (1 − z) ∘ n + z ∘ h[t−1]
/// ```
/// The gates lie in the order r, z, n everywhere (PyTorch's order).
public struct GRU: RecurrentLayer {
  public let inputWidth: Int
  /// H, the width of h.
  public let outputWidth: Int

  public init(inputWidth: Int, units: Int) {
    self.inputWidth = inputWidth
    outputWidth = units
  }

  /// `candidate_bias` is c, which passes through the gate r.
  public var parameters: [Parameter] {
    [
      Parameter(name: "input_weight", shape: [3 * outputWidth, inputWidth], decays: true),
      Parameter(name: "recurrent_weight", shape: [3 * outputWidth, outputWidth], decays: true),
      Parameter(name: "bias", shape: [3 * outputWidth]),
      Parameter(name: "candidate_bias", shape: [outputWidth]),
    ]
  }

  var gatesWidth: Int { 3 * outputWidth }
  private var biasStart: Int { recurrentStart + gatesWidth * outputWidth }
  private var candidateBiasStart: Int { biasStart + gatesWidth }

  public func multiplyAdds(rows: Int) -> Int { rows * gatesWidth * (inputWidth + outputWidth) }

  /// Uniform in ±1/√H; the biases are 0.
  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    weights.fillUniform(0..<biasStart, bound: 1 / Float(outputWidth).squareRoot(), using: &random)
    for i in biasStart..<weights.count { weights[i] = 0 }
  }

  /// Activates one row's input products at `gate` in place and computes the row's output from them. `recurrent` holds
  /// the products with h[t−1]; c is added to their last part. h[t−1] is at `before` in the output; nil for the first
  /// row.
  private func activate(
    _ work: inout MutableSpan<Float>, gate: Int, recurrent: Int, _ weights: Span<Float>, before: Int?,
    output: inout MutableSpan<Float>, at out: Int
  ) {
    let h = outputWidth
    let (update, candidate) = (gate + h, gate + 2 * h)
    for i in 0..<2 * h { work[gate + i] += work[recurrent + i] }
    VectorMath.sigmoid(&work, gate..<candidate)
    for i in 0..<h {
      work[recurrent + 2 * h + i] += weights[candidateBiasStart + i]
      work[candidate + i] += work[gate + i] * work[recurrent + 2 * h + i]
    }
    VectorMath.tanh(&work, candidate..<candidate + h)
    if let before {
      for i in 0..<h {
        output[out + i] = (1 - work[update + i]) * work[candidate + i] + work[update + i] * output[before + i]
      }
    } else {
      for i in 0..<h { output[out + i] = (1 - work[update + i]) * work[candidate + i] }
    }
  }

  /// `saved`: the gates [rows × 3H], then the products with h[t−1] [rows × 3H].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let rows = layout.rowCount
    let h = outputWidth
    let recurrent = rows * gatesWidth
    var workStore = cache.saved.take(resizedTo: 2 * recurrent)
    defer { cache.saved = workStore }
    var work = workStore.mutableSpan
    cache.output.resize(to: rows * h)
    var output = cache.output.mutableSpan
    BLAS.multiply(
      input, by: weights, byTransposed: true, into: &work, rows: rows, columns: gatesWidth, inner: inputWidth)
    work.addBias(weights, from: biasStart, rows: rows, width: gatesWidth)
    for time in 0..<layout.timeCount {
      let active = layout.active(at: time)
      let first = layout.row(0, at: time)
      if time > 0 {
        BLAS.multiply(
          output.span, from: layout.row(0, at: time - 1) * h, by: weights, from: recurrentStart,
          byTransposed: true, into: &work, from: recurrent + first * gatesWidth,
          rows: active, columns: gatesWidth, inner: h)
      } else {
        for i in recurrent..<recurrent + active * gatesWidth { work[i] = 0 }
      }
      for sequence in 0..<active {
        let row = first + sequence
        activate(
          &work, gate: row * gatesWidth, recurrent: recurrent + row * gatesWidth, weights,
          before: time > 0 ? layout.row(sequence, at: time - 1) * h : nil, output: &output, at: row * h)
      }
    }
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let rows = layout.rowCount
    let h = outputWidth
    let recurrent = rows * gatesWidth
    if cache.children.isEmpty { cache.children = [LayerCache()] }
    // Gradients of the pre-activations in `saved`: with respect to the input products, then to those with h[t−1].
    var gradientStore = cache.children[0].saved.take(resizedTo: 2 * recurrent)
    defer { cache.children[0].saved = gradientStore }
    var gradient = gradientStore.mutableSpan
    let work = cache.saved
    let output = cache.output
    // Gradient of h from the next row.
    var carryStore = [Float](repeating: 0, count: layout.sequenceCount * h)
    var carry = carryStore.mutableSpan
    for time in (0..<layout.timeCount).reversed() {
      let active = layout.active(at: time)
      let first = layout.row(0, at: time)
      for sequence in 0..<active {
        let row = first + sequence
        let gate = row * gatesWidth
        let before = time > 0 ? layout.row(sequence, at: time - 1) * h : nil
        for i in 0..<h {
          let (reset, update, candidate) = (work[gate + i], work[gate + h + i], work[gate + 2 * h + i])
          let previous = if let before { output[before + i] } else { Float(0) }
          let dh = outputGradient[row * h + i] + carry[sequence * h + i]
          let candidateGradient = dh * (1 - update) * (1 - candidate * candidate)
          let resetGradient = candidateGradient * work[recurrent + gate + 2 * h + i] * reset * (1 - reset)
          let updateGradient = dh * (previous - candidate) * update * (1 - update)
          gradient[gate + i] = resetGradient
          gradient[gate + h + i] = updateGradient
          gradient[gate + 2 * h + i] = candidateGradient
          gradient[recurrent + gate + i] = resetGradient
          gradient[recurrent + gate + h + i] = updateGradient
          gradient[recurrent + gate + 2 * h + i] = candidateGradient * reset
          carry[sequence * h + i] = dh * update
        }
      }
      guard time > 0 else { break }
      BLAS.multiply(
        gradient.span, from: recurrent + first * gatesWidth, by: weights, from: recurrentStart, into: &carry,
        rows: active, columns: h, inner: gatesWidth, accumulate: true)
      BLAS.multiply(
        gradient.span, from: recurrent + first * gatesWidth, transposed: true, by: output.span,
        from: layout.row(0, at: time - 1) * h, into: &gradients, from: recurrentStart,
        rows: gatesWidth, columns: h, inner: active, accumulate: true)
    }
    BLAS.multiply(
      gradient.span, transposed: true, by: input, into: &gradients,
      rows: gatesWidth, columns: inputWidth, inner: rows, accumulate: true)
    gradients.addColumnSums(gradient.span, to: biasStart, rows: rows, width: gatesWidth)
    for row in 0..<rows {
      let candidate = recurrent + row * gatesWidth + 2 * h
      for i in 0..<h { gradients[candidateBiasStart + i] += gradient[candidate + i] }
    }
    cache.inputGradient.resize(to: rows * inputWidth)
    var inputGradient = cache.inputGradient.mutableSpan
    BLAS.multiply(gradient.span, by: weights, into: &inputGradient, rows: rows, columns: inputWidth, inner: gatesWidth)
  }

  /// `output`: h; `scratch`: the gates and the products with h[t−1].
  public func makeState() -> LayerState { LayerState(output: outputWidth, scratch: 2 * gatesWidth) }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    step(row, at: time, weights: weights, state: &state, products: PlainProducts())
  }

  func step(
    _ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState, products: some MatrixProducts
  ) {
    var workStore = state.scratch.take()
    defer { state.scratch = workStore }
    var work = workStore.mutableSpan
    work.copy(weights, from: biasStart, to: 0, count: gatesWidth)
    products.add(inputMatrix, of: weights, times: row, to: &work)
    var recurrent = work._mutatingExtracting(gatesWidth..<2 * gatesWidth)
    for i in recurrent.indices { recurrent[i] = 0 }
    if time > 0 { products.add(recurrentMatrix, of: weights, times: state.output.span, to: &recurrent) }
    var output = state.output.mutableSpan
    activate(&work, gate: 0, recurrent: gatesWidth, weights, before: time > 0 ? 0 : nil, output: &output, at: 0)
  }
}

extension GRU: LinearInput {
  func weights(_ weights: [Float], after map: [Float]) -> [Float] {
    weights.folding(input: map, rows: gatesWidth, columns: inputWidth, bias: biasStart)
  }
}
