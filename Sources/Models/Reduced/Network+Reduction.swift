/// Reduced forms of a network.
extension Network {
  /// The network without training-only parts: batch norms are folded into their neighbours, dropout is removed.
  /// Unchanged where a batch norm has no neighbour that could absorb it.
  public var simplified: Network {
    let folded = layers.folded(weights.span)
    var description = configuration
    description.layers = configuration.layers.withoutTraining
    description.auxiliary = []
    guard let built = try? description.build(inputWidth: layers.inputWidth, outputs: labelCount),
      built.parameters.map(\.shape) == folded.flatMap(\.layer.parameters).map(\.shape)
    else { return self }
    return Network(description, layers: built, weights: folded.flatMap(\.weights), temperature: temperature)
  }

  /// The network with int8 matrices from `QuantizedMatrix.fitted`; its weights are the dequantised values.
  ///
  /// - Parameter powers: result of `columnPowers`; nil to weight every column equally.
  public func quantized(powers: [[Float]]? = nil) -> Network {
    var description = configuration
    description.precision = .int8
    var network = Network(description, layers: layers, weights: weights, temperature: temperature)
    for (index, site) in layers.matrices.enumerated() where site.fitsBytes {
      network.weights.replaceSubrange(
        site.range,
        with: QuantizedMatrix.fitted(
          Array(weights[site.range]), columns: site.columns,
          powers: powers?[index] ?? [Float](repeating: 1, count: site.columns)))
    }
    return network
  }

  /// The network with a share of each matrix's weights set to zero: those with the smallest contribution |w| · √E[x²]
  /// to the products (Sun et al. 2023). Eight rows lose a column together, so that steps can skip it. Matrices of few
  /// rows stay whole.
  ///
  /// - Parameters:
  ///   - share: 0 ..< 1.
  ///   - powers: result of `columnPowers`; nil to weight every column equally.
  public func pruned(_ share: Float, powers: [[Float]]? = nil) -> Network {
    var network = self
    for (index, site) in layers.matrices.enumerated() where site.rows >= Self.fewestPrunedRows {
      var losses: [(loss: Float, weights: [Int])] = []
      for first in stride(from: 0, to: site.rows, by: BlockMatrix.height) {
        for column in 0..<site.columns {
          let block = (first..<min(first + BlockMatrix.height, site.rows))
            .map { site.start + $0 * site.columns + column }
          let loss = block.reduce(Float(0)) { $0 + weights[$1] * weights[$1] } / Float(block.count)
          losses.append((loss * (powers?[index][column] ?? 1), block))
        }
      }
      losses.sort { ($0.loss, $0.weights[0]) < ($1.loss, $1.weights[0]) }
      for (_, block) in losses.prefix(Int(share * Float(losses.count))) {
        for i in block { network.weights[i] = 0 }
      }
    }
    return network
  }

  /// The last layer has few rows, and every label needs its own.
  private static let fewestPrunedRows = 16

  /// Indices of zero weights in matrices.
  public var zeros: [Int] { layers.matrices.flatMap { $0.range.filter { weights[$0] == 0 } } }

  /// The mean squares of each matrix's inputs, per column, in the order of the weights.
  ///
  /// - Parameter utterances: normalised rows, each [rows × columns].
  public func columnPowers(_ utterances: [[Float]]) -> [[Float]] {
    var sums = layers.matrices.map { [Float](repeating: 0, count: $0.columns) }
    var cache = LayerCache()
    var pass = Pass.inference
    for rows in utterances {
      forward(rows.span, layout: SequenceLayout(lengths: [rows.count / layers.inputWidth]), pass: &pass, cache: &cache)
      for (index, powers) in layers.columnPowers(rows.span, cache: cache).enumerated() {
        for column in powers.indices { sums[index][column] += powers[column] / Float(utterances.count) }
      }
    }
    return sums
  }
}

extension [LayerConfiguration] {
  /// Without the layers that inference folds or drops, including nested ones.
  fileprivate var withoutTraining: [LayerConfiguration] {
    compactMap { layer in
      if layer == .batchNorm || layer.settings is DropoutSettings { return nil }
      return layer.withoutTraining
    }
  }
}

extension LayerConfiguration {
  fileprivate var withoutTraining: LayerConfiguration {
    func removing(_ settings: some LayerSettings) -> LayerConfiguration {
      LayerConfiguration(settings.with(bodies: settings.bodies.map(\.withoutTraining)))
    }
    return removing(settings)
  }
}
