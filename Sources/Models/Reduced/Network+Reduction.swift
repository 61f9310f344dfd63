/// Smaller forms of a network.
extension Network {
  /// The network without what only training needs: batch norms are part of their neighbours, dropout is gone. The same
  /// network where a batch norm has no neighbour that could take it.
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

  /// The network with its matrices as bytes, as `QuantizedMatrix.fitted` makes them; its weights are what these stand for.
  ///
  /// - Parameter powers: as `columnPowers` gives them; nil where every column counts the same.
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

  /// The network with the share of the weights of each matrix set to zero that its products miss least: |w| · √E[x²] is what
  /// a weight adds (Sun et al. 2023), and eight rows lose a column together, so that steps can leave it out.
  /// Matrices of few rows stay whole.
  ///
  /// - Parameters:
  ///   - share: 0 ..< 1.
  ///   - powers: as `columnPowers` gives them; nil where every column counts the same.
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

  /// The scores of the labels are few, and each of them is needed.
  private static let fewestPrunedRows = 16

  /// Where weights of matrices are zero.
  public var zeros: [Int] { layers.matrices.flatMap { $0.range.filter { weights[$0] == 0 } } }

  /// The mean squares of what each matrix is multiplied by, column by column, in the order of the weights.
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
  /// Without layers that inference folds away, inside of others too.
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
