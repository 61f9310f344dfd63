/// An immutable network for inference: training-only parts are removed, batch norms are folded into the weights of
/// their neighbours (Jacob et al. 2018), and matrices have the fastest form. It is created once; streams share it.
///
/// The results equal the network's up to rounding, which is coarser with int8 matrices.
public struct InferenceNetwork: StreamingModel {
  private let layers: Sequential
  let weights: AlignedWeights
  private let temperature: Float

  /// - Parameter network: supplies its current weights.
  init(_ network: Network) {
    let folded = network.layers.folded(network.weights.span)
    let weights = AlignedWeights(folded.flatMap(\.weights))
    layers = Sequential(folded).reducedLayers(
      weights.storage.span.extracting(weights.range), to: network.configuration.precision)
    self.weights = weights
    temperature = network.temperature
  }

  public var labelCount: Int { layers.outputWidth }

  /// The state of a stream: the layers' states and the number of rows since the last reset.
  public struct State: Sendable {
    var layers: LayerState
    var time = 0
  }

  public func makeState() -> State { State(layers: layers.makeState()) }

  public func reset(_ state: inout State) {
    state.layers.reset()
    state.time = 0
  }

  public func step(_ row: Span<Float>, _ state: inout State, into probabilities: inout [Float]) {
    layers.step(row, at: state.time, weights: weights.storage.span.extracting(weights.range), state: &state.layers)
    state.time += 1
    var span = probabilities.mutableSpan
    span.copy(state.layers.output.span, to: 0, count: labelCount)
    softmax(&span, from: 0)
  }

  /// Processes a whole utterance at once, [rows × columns], and writes the same result as `step` after its last row.
  /// Non-streaming networks have this, too. Allocates.
  public func predict(_ rows: Span<Float>, into probabilities: inout [Float]) {
    var cache = LayerCache()
    var pass = Pass.inference
    layers.forward(
      rows, layout: SequenceLayout(lengths: [rows.count / layers.inputWidth]),
      weights: weights.storage.span.extracting(weights.range), pass: &pass, cache: &cache)
    var span = probabilities.mutableSpan
    span.copy(cache.output.span, to: 0, count: labelCount)
    softmax(&span, from: 0)
  }

  /// Processes one row of each of several streams. The results equal those of the single-stream `step` at lower cost,
  /// since each weight is read once for all streams.
  ///
  /// - Parameters:
  ///   - rows: one normalised feature row of each stream, consecutively.
  ///   - states: of the streams, at any time each.
  ///   - probabilities: at least streams × `labelCount` long; its front receives each stream's.
  public func step(_ rows: Span<Float>, _ states: inout [State], into probabilities: inout [Float]) {
    guard !states.isEmpty else { return }
    let times = states.map(\.time)
    var span = probabilities.mutableSpan
    var parts = [LayerState](repeating: .none, count: states.count)
    for i in states.indices { swap(&states[i].layers, &parts[i]) }
    layers.step(rows, at: times, weights: weights.storage.span.extracting(weights.range), states: &parts, into: &span)
    for i in states.indices {
      swap(&states[i].layers, &parts[i])
      states[i].time += 1
      softmax(&span, from: i * labelCount)
    }
  }

  /// Turns the scores from `start` on into probabilities. Where weights are so large that a score is NaN, all labels
  /// get the same probability, because later stages need valid probabilities.
  private func softmax(_ scores: inout MutableSpan<Float>, from start: Int) {
    let range = start..<start + labelCount
    for i in range { scores[i] /= temperature }
    if range.contains(where: { !scores[$0].isFinite }) {
      for i in range { scores[i] = 0 }
    }
    VectorMath.softmax(&scores, range)
  }
}
