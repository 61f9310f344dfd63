import CKernels
import Support

/// Long short-term memory (Hochreiter and Schmidhuber 1997; with forget gate, Gers et al. 2000). Causal.
///
/// ```
/// [i f g o] = Wx x[t] + Wh h[t−1] + b          i, f, o through the sigmoid, g through tanh
/// c[t] = f ∘ c[t−1] + i ∘ g
/// h[t] = o ∘ tanh c[t]
/// ```
/// The gates lie in the order i, f, g, o everywhere (PyTorch's order).
public struct LSTM: RecurrentLayer {
  public let inputWidth: Int
  /// H, the width of h and c.
  public let outputWidth: Int

  public init(inputWidth: Int, units: Int) {
    self.inputWidth = inputWidth
    outputWidth = units
  }

  public var parameters: [Parameter] {
    [
      Parameter(name: "input_weight", shape: [4 * outputWidth, inputWidth], decays: true),
      Parameter(name: "recurrent_weight", shape: [4 * outputWidth, outputWidth], decays: true),
      Parameter(name: "bias", shape: [4 * outputWidth]),
    ]
  }

  var gatesWidth: Int { 4 * outputWidth }
  private var biasStart: Int { recurrentStart + gatesWidth * outputWidth }

  public func multiplyAdds(rows: Int) -> Int { rows * gatesWidth * (inputWidth + outputWidth) }

  /// Uniform in ±1/√H; the bias of the forget gate is 1, so that the cells initially keep their content (Jozefowicz et
  /// al. 2015).
  public func initialize(_ weights: inout MutableSpan<Float>, using random: inout RandomSource) {
    weights.fillUniform(0..<biasStart, bound: 1 / Float(outputWidth).squareRoot(), using: &random)
    for i in 0..<gatesWidth {
      weights[biasStart + i] = (outputWidth..<2 * outputWidth).contains(i) ? 1 : 0
    }
  }

  /// Activates one row's pre-activations at `gate` in place and computes the row's cell and output from them. A row of
  /// `cells` is [c, tanh c]; the previous one is at `before`, nil for the first row.
  private func activate(
    _ gates: inout MutableSpan<Float>, at gate: Int, cells: inout MutableSpan<Float>, before: Int?, now: Int,
    output: inout MutableSpan<Float>, at out: Int
  ) {
    let h = outputWidth
    precondition(gate >= 0 && gate + gatesWidth <= gates.count, "gates outside of their storage")
    precondition(now >= 0 && now + 2 * h <= cells.count, "a cell outside of its storage")
    precondition((before ?? 0) >= 0 && (before ?? 0) + h <= cells.count, "a cell outside of its storage")
    precondition(out >= 0 && out + h <= output.count, "a row outside of its storage")
    gates.withUnsafeMutableBufferPointer { gates in
      cells.withUnsafeMutableBufferPointer { cells in
        output.withUnsafeMutableBufferPointer { output in
          let first = cells.baseAddress!
          // SAFETY: the preconditions keep every element that the kernel touches inside the spans; `before` is another
          // row or `now`.
          ser_lstm_cell(
            gates.baseAddress! + gate, before.map { first + $0 }, first + now, output.baseAddress! + out, h)
        }
      }
    }
  }

  /// `saved`: the cells [rows × 2H]; output of the first child: the gates [rows × 4H].
  public func forward(
    _ input: Span<Float>, layout: SequenceLayout, weights: Span<Float>, pass: inout Pass, cache: inout LayerCache
  ) {
    let rows = layout.rowCount
    let h = outputWidth
    if cache.children.isEmpty { cache.children = [LayerCache()] }
    var gatesStore = cache.children[0].output.take(resizedTo: rows * gatesWidth)
    var cellsStore = cache.saved.take(resizedTo: rows * 2 * h)
    defer {
      cache.children[0].output = gatesStore
      cache.saved = cellsStore
    }
    var gates = gatesStore.mutableSpan
    var cells = cellsStore.mutableSpan
    cache.output.resize(to: rows * h)
    var output = cache.output.mutableSpan
    BLAS.multiply(
      input, by: weights, byTransposed: true, into: &gates, rows: rows, columns: gatesWidth, inner: inputWidth)
    gates.addBias(weights, from: biasStart, rows: rows, width: gatesWidth)
    for time in 0..<layout.timeCount {
      let active = layout.active(at: time)
      let first = layout.row(0, at: time)
      if time > 0 {
        BLAS.multiply(
          output.span, from: layout.row(0, at: time - 1) * h, by: weights, from: recurrentStart,
          byTransposed: true, into: &gates, from: first * gatesWidth,
          rows: active, columns: gatesWidth, inner: h, accumulate: true)
      }
      for sequence in 0..<active {
        let row = first + sequence
        activate(
          &gates, at: row * gatesWidth, cells: &cells,
          before: time > 0 ? layout.row(sequence, at: time - 1) * 2 * h : nil, now: row * 2 * h,
          output: &output, at: row * h)
      }
    }
  }

  public func backward(
    _ outputGradient: Span<Float>, input: Span<Float>, layout: SequenceLayout, weights: Span<Float>,
    cache: inout LayerCache, gradients: inout MutableSpan<Float>
  ) {
    let rows = layout.rowCount
    let h = outputWidth
    var gateGradientStore = cache.children[0].saved.take(resizedTo: rows * gatesWidth)
    defer { cache.children[0].saved = gateGradientStore }
    var gateGradient = gateGradientStore.mutableSpan  // of the pre-activations, [rows × 4H]
    let gates = cache.children[0].output
    let output = cache.output
    let cells = cache.saved
    // Gradients from each time step to the previous one, [sequences × H]; zero for a sequence that ends there.
    var outputCarryStore = [Float](repeating: 0, count: layout.sequenceCount * h)
    var cellCarryStore = outputCarryStore
    var outputCarry = outputCarryStore.mutableSpan
    var cellCarry = cellCarryStore.mutableSpan
    // The previous output of each row but the first ones, [(rows − sequences) × H].
    var pastStore = cache.children[0].inputGradient.take(resizedTo: (rows - layout.sequenceCount) * h)
    defer { cache.children[0].inputGradient = pastStore }
    var past = pastStore.mutableSpan
    for time in (0..<layout.timeCount).reversed() {
      let active = layout.active(at: time)
      let first = layout.row(0, at: time)
      let before = time > 0 ? layout.row(0, at: time - 1) : nil
      BatchMath.cellGradient(
        gates: gates.span, cells: cells.span, dy: outputGradient, first: first, before: before,
        carried: outputCarry.span, cellCarry: &cellCarry, gateGradient: &gateGradient, rows: active, units: h)
      guard let before else { break }
      past.copy(output.span, from: before * h, to: (first - layout.sequenceCount) * h, count: active * h)
      BLAS.multiply(
        gateGradient.span, from: first * gatesWidth, by: weights, from: recurrentStart, into: &outputCarry,
        rows: active, columns: h, inner: gatesWidth)
    }
    // One product over all time steps is several times as fast as one for each.
    BLAS.multiply(
      gateGradient.span, from: layout.sequenceCount * gatesWidth, transposed: true, by: past.span, from: 0,
      into: &gradients, from: recurrentStart, rows: gatesWidth, columns: h, inner: rows - layout.sequenceCount,
      accumulate: true)
    BLAS.multiply(
      gateGradient.span, transposed: true, by: input, into: &gradients,
      rows: gatesWidth, columns: inputWidth, inner: rows, accumulate: true)
    gradients.addColumnSums(gateGradient.span, to: biasStart, rows: rows, width: gatesWidth)
    cache.inputGradient.resize(to: rows * inputWidth)
    var inputGradient = cache.inputGradient.mutableSpan
    BLAS.multiply(
      gateGradient.span, by: weights, into: &inputGradient, rows: rows, columns: inputWidth, inner: gatesWidth)
  }

  /// `memory`: the cell [c, tanh c]; `output`: h; `scratch`: the gates.
  public func makeState() -> LayerState {
    LayerState(output: outputWidth, memory: 2 * outputWidth, scratch: gatesWidth)
  }

  public func step(_ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState) {
    step(row, at: time, weights: weights, state: &state, products: PlainProducts())
  }

  func step(
    _ row: Span<Float>, at time: Int, weights: Span<Float>, state: inout LayerState, products: some MatrixProducts
  ) {
    var gatesStore = state.scratch.take()
    defer { state.scratch = gatesStore }
    var gates = gatesStore.mutableSpan
    gates.copy(weights, from: biasStart, to: 0, count: gatesWidth)
    products.add(inputMatrix, of: weights, times: row, to: &gates)
    if time > 0 { products.add(recurrentMatrix, of: weights, times: state.output.span, to: &gates) }
    advance(&state, at: time, &gates, from: 0)
  }

  public func step(
    _ rows: Span<Float>, at times: [Int], weights: Span<Float>, states: inout [LayerState],
    into output: inout MutableSpan<Float>
  ) {
    let h = outputWidth
    let streams = times.count
    var gatesStore = [Float](repeating: 0, count: streams * gatesWidth)
    var gates = gatesStore.mutableSpan
    gates.fill(weights, from: biasStart, rows: streams, width: gatesWidth)
    BLAS.add(weights, byEachOf: rows, to: &gates, streams: streams, rows: gatesWidth, columns: inputWidth)
    var beforeStore = [Float](repeating: 0, count: streams * h)  // h[t−1]; zero for a stream's first row
    var before = beforeStore.mutableSpan
    for (stream, time) in times.enumerated() where time > 0 {
      let output = states[stream].output
      before.copy(output.span, to: stream * h, count: h)
    }
    BLAS.add(
      weights, from: recurrentStart, byEachOf: before.span, to: &gates, streams: streams, rows: gatesWidth, columns: h)
    for (stream, time) in times.enumerated() {
      advance(&states[stream], at: time, &gates, from: stream * gatesWidth)
      let result = states[stream].output
      output.copy(result.span, to: stream * h, count: h)
    }
  }

  /// Computes the cell and the output of a stream from the pre-activations at `gate`.
  private func advance(_ state: inout LayerState, at time: Int, _ gates: inout MutableSpan<Float>, from gate: Int) {
    var cellsStore = state.memory.take()
    defer { state.memory = cellsStore }
    var cells = cellsStore.mutableSpan
    var output = state.output.mutableSpan
    activate(&gates, at: gate, cells: &cells, before: time > 0 ? 0 : nil, now: 0, output: &output, at: 0)
  }
}

extension LSTM: LinearInput {
  func weights(_ weights: [Float], after map: [Float]) -> [Float] {
    weights.folding(input: map, rows: gatesWidth, columns: inputWidth, bias: biasStart)
  }
}
