import Support

/// A network with its weights, in the form that is trained and stored. Streams use its folded form.
public struct Network: Sendable {
  /// The configuration from which it was built.
  public let configuration: NetworkConfiguration
  /// From a feature row to the scores.
  public let layers: Sequential
  /// All arrays of all layers, concatenated in the order of `layers.parameters`.
  public var weights: [Float]
  /// Divides the scores before the softmax, so that predictions with a probability of 0.8 are correct in 80 % of the
  /// cases (temperature scaling: Guo et al. 2017). 1 until calibrated.
  public var temperature: Float

  /// A network with initial weights.
  ///
  /// - Throws: the errors of `NetworkConfiguration.build`.
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

  /// Whether it can process a stream row by row. A non-streaming network is trained and tested in batches, and cannot
  /// be used live.
  public var isStreaming: Bool { layers.isStreaming }

  /// Whether an `Unroll` follows the pooling: its body is computed once for a whole utterance, but again at each step.
  public var unrollsPooledRow: Bool {
    var rows = RowCount.ragged(stride: 1)
    for layer in layers.layers {
      if layer is Unroll, rows == .known(1) { return true }
      rows = layer.outputRows(rows)
    }
    return false
  }

  /// - Throws: one sentence about the first layer that prevents streaming.
  public func requireStreaming() throws(NetworkConfigurationError) {
    guard !isStreaming, let obstacle = summary.first(where: { !$0.isStreaming }) else { return }
    throw NetworkConfigurationError(
      description:
        "network '\(configuration.name)', \(obstacle.path): its output depends on future frames, so "
        + "the network can be trained and evaluated, but cannot run live; give it causal padding or a window")
  }

  /// Writes to `cache.output` the scores (logits) of a batch of whole sequences, [sequences × labels], before
  /// temperature and softmax; `rows` is [layout.rowCount × columns].
  public func forward(_ rows: Span<Float>, layout: SequenceLayout, pass: inout Pass, cache: inout LayerCache) {
    layers.forward(rows, layout: layout, weights: weights.span, pass: &pass, cache: &cache)
  }

  /// The network in its form for inference.
  public var folded: InferenceNetwork { InferenceNetwork(self) }
}

extension Network {
  /// Adds the gradients of a loss to `gradients`, given its gradient with respect to the scores, for the batch of the
  /// last training pass of `forward` with `cache`.
  public func backward(
    _ scoreGradient: Span<Float>, rows: Span<Float>, layout: SequenceLayout, cache: inout LayerCache,
    gradients: inout [Float]
  ) {
    var span = gradients.mutableSpan
    layers.backward(
      scoreGradient, input: rows, layout: layout, weights: weights.span, cache: &cache, gradients: &span)
  }

  /// Updates running statistics with the batch of `cache`.
  public mutating func updateStatistics(cache: LayerCache) {
    let layers = layers
    var span = weights.mutableSpan
    layers.updateStatistics(&span, cache: cache)
  }
}
