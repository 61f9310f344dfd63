/// A network as streams hear with it: what serves training is gone, batch norms are folded into the weights of their
/// neighbours (Jacob et al. 2018), matrices have the form that is fast, and nothing changes any more. It is made once;
/// streams share it.
///
/// The results are the network's up to rounding, which is coarser where its matrices are bytes.
public struct InferenceNetwork: StreamingModel {
  private let layers: Sequential
  let weights: AlignedWeights
  private let temperature: Float

  /// - Parameter network: gives its weights as they are now.
  init(_ network: Network) {
    let folded = network.layers.folded(network.weights.span)
    let weights = AlignedWeights(folded.flatMap(\.weights))
    layers = Sequential(folded).reducedLayers(
      weights.storage.span.extracting(weights.range), to: network.configuration.precision)
    self.weights = weights
    temperature = network.temperature
  }

  public var labelCount: Int { layers.outputWidth }

  /// What a stream remembers: the layers' states and the number of rows since the last reset.
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

  /// Hears a whole utterance at once, [rows × columns], and writes what `step` has written after its last row. A network
  /// that cannot step has this, too. Allocates.
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

  /// Hears one more row of several streams at once: what `step` gives for each, at less cost, since each weight is read
  /// once for all of them.
  ///
  /// - Parameters:
  ///   - rows: one normalised feature row of each stream, one after the other.
  ///   - states: of the streams, each as far as it is.
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

  /// Turns the scores from `start` on into probabilities. Where weights are so large that a score is no number, all labels
  /// are as likely: what comes after counts on probabilities.
  private func softmax(_ scores: inout MutableSpan<Float>, from start: Int) {
    let range = start..<start + labelCount
    for i in range { scores[i] /= temperature }
    if range.contains(where: { !scores[$0].isFinite }) {
      for i in range { scores[i] = 0 }
    }
    VectorMath.softmax(&scores, range)
  }
}
