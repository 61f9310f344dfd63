/// A layer and its weights.
public struct WeightedLayer: Sendable {
  public let layer: any Layer
  /// In the order of `layer.parameters`.
  public let weights: [Float]

  public init(_ layer: any Layer, _ weights: [Float]) {
    precondition(weights.count == layer.parameterCount, "weights that are not the layer's")
    self.layer = layer
    self.weights = weights
  }

  init(_ layer: any Layer, _ weights: Span<Float>) {
    self.init(layer, weights.indices.map { weights[$0] })
  }
}

/// A layer that ends with a matrix and a bias, which can absorb a scale and shift of the output.
protocol LinearOutput: Layer {
  /// Weights with which the layer outputs s ∘ y + t instead of y; `map` is [s, t].
  func weights(_ weights: [Float], with map: [Float]) -> [Float]
}

/// A layer that begins with a matrix and a bias, which can absorb a scale and shift of the input.
protocol LinearInput: Layer {
  /// Weights with which the layer, given x, computes its result for s ∘ x + t; `map` is [s, t].
  func weights(_ weights: [Float], after map: [Float]) -> [Float]
}

extension [WeightedLayer] {
  /// Appends a layer. A scale and shift is folded into the previous or next layer, where that layer has a matrix.
  mutating func append(folding next: WeightedLayer) {
    guard let last else { return append(next) }
    if next.layer is ScaleAndShift, let layer = last.layer as? any LinearOutput {
      self[count - 1] = WeightedLayer(layer, layer.weights(last.weights, with: next.weights))
    } else if last.layer is ScaleAndShift, let layer = next.layer as? any LinearInput {
      self[count - 1] = WeightedLayer(layer, layer.weights(next.weights, after: last.weights))
    } else {
      append(next)
    }
  }
}

/// For weights with a matrix M, [rows × columns] at the front, and a bias b, [rows] from `bias` on; a map is [s, t].
extension [Float] {
  /// Weights whose M x + b equals M (s ∘ x + t) + b of these.
  func folding(input map: [Float], rows: Int, columns: Int, bias: Int) -> [Float] {
    var folded = self
    for row in 0..<rows {
      for column in 0..<columns {
        let element = row * columns + column
        folded[bias + row] += self[element] * map[columns + column]
        folded[element] *= map[column]
      }
    }
    return folded
  }

  /// Weights whose M x + b equals s ∘ (M x + b) + t of these.
  func folding(output map: [Float], rows: Int, columns: Int, bias: Int) -> [Float] {
    var folded = self
    for row in 0..<rows {
      for column in 0..<columns { folded[row * columns + column] *= map[row] }
      folded[bias + row] = folded[bias + row] * map[row] + map[rows + row]
    }
    return folded
  }
}
