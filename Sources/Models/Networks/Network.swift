import Support

/// A network with its weights, as it is trained and kept. Streams hear with what it folds to.
public struct Network: Sendable {
  /// What it was built from.
  public let configuration: NetworkConfiguration
  /// From a feature row to the scores.
  public let layers: Sequential
  /// All arrays of all layers, one after the other, as `layers.parameters` lists them.
  public var weights: [Float]
  /// Scores are divided by this before the softmax, so that a probability of 0.8 is right in 80 % of the cases
  /// (temperature scaling: Guo et al. 2017). 1 until calibrated.
  public var temperature: Float

  /// A network with fresh weights.
  ///
  /// - Throws: as `NetworkConfiguration.build`.
  public init(
    _ configuration: NetworkConfiguration, inputWidth: Int, outputs: Int, random: inout RandomSource
  ) throws(NetworkConfigurationError) {
    let layers = try configuration.build(inputWidth: inputWidth, outputs: outputs)
    var weights = [Float](repeating: 0, count: layers.parameterCount)
    var span = weights.mutableSpan
    layers.initialize(&span, using: &random)
    self.init(configuration, layers: layers, weights: weights)
  }

  init(_ configuration: NetworkConfiguration, layers: Sequential, weights: [Float], temperature: Float = 1) {
    self.configuration = configuration
    self.layers = layers
    self.weights = weights
    self.temperature = temperature
  }

  /// Number of scores.
  public var labelCount: Int { layers.outputWidth }

  /// Whether it can hear row by row. One that cannot is trained and tested in batches, and not used live.
  public var isStreaming: Bool { layers.isStreaming }

  /// Whether an `Unroll` stands behind the pooling: its body is computed once for a whole utterance, but anew with each
  /// step.
  public var unrollsPooledRow: Bool {
    var rows = RowCount.ragged(stride: 1)
    for layer in layers.layers {
      if layer is Unroll, rows == .known(1) { return true }
      rows = layer.outputRows(rows)
    }
    return false
  }

  /// - Throws: a sentence that names the first layer that keeps the network from hearing row by row.
  public func requireStreaming() throws(NetworkConfigurationError) {
    guard !isStreaming, let obstacle = summary.first(where: { !$0.isStreaming }) else { return }
    throw NetworkConfigurationError(
      description:
        "network '\(configuration.name)', \(obstacle.path): its output depends on future frames, so "
        + "the network can be trained and evaluated, but cannot run live; give it causal padding or a window")
  }

  /// Leaves in `cache.output` the scores (logits) of a batch of whole sequences, [sequences × labels], before temperature
  /// and softmax; `rows` is [layout.rowCount × columns].
  public func forward(_ rows: Span<Float>, layout: SequenceLayout, pass: inout Pass, cache: inout LayerCache) {
    layers.forward(rows, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
  }

  /// The network as streams hear with it.
  public var folded: InferenceNetwork { InferenceNetwork(self) }
}

extension Network {
  /// Adds to `gradients` those of a loss whose gradient with respect to the scores is given, for the batch that a
  /// training pass of `forward` has just left in `cache`.
  public func backward(
    _ scoreGradient: Span<Float>, rows: Span<Float>, layout: SequenceLayout, cache: inout LayerCache,
    gradients: inout [Float]
  ) {
    var span = gradients.mutableSpan
    layers.backward(
      scoreGradient, input: rows, layout: layout, weights: weights.span, cache: &cache, gradients: &span)
  }

  /// Lets running statistics follow the batch that `cache` saw.
  public mutating func updateStatistics(cache: LayerCache) {
    let layers = layers
    var span = weights.mutableSpan
    layers.updateStatistics(&span, cache: cache)
  }
}
