/// A layer and the weights it is to have.
public struct WeightedLayer: Sendable {
  public let layer: any Layer
  /// As `layer.parameters` lists them.
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

/// A layer that ends with a matrix and a bias, which can scale and shift its result as well.
protocol LinearOutput: Layer {
  /// The weights with which the layer gives s ∘ y + t in place of y; `map` is [s, t].
  func weights(_ weights: [Float], with map: [Float]) -> [Float]
}

/// A layer that begins with a matrix and a bias, which can scale and shift its input as well.
protocol LinearInput: Layer {
  /// The weights with which the layer takes x for s ∘ x + t; `map` is [s, t].
  func weights(_ weights: [Float], after map: [Float]) -> [Float]
}

extension [WeightedLayer] {
  /// Adds a layer behind the others. A scale and shift becomes part of the layer before or behind it, where that has a
  /// matrix to take it.
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

/// Of weights that hold a matrix M, [rows × columns] from the front, and a bias b, [rows] from `bias` on; a map is [s, t].
extension [Float] {
  /// The weights so changed that M x + b is what M (s ∘ x + t) + b was.
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

  /// The weights so changed that M x + b is what s ∘ (M x + b) + t was.
  func folding(output map: [Float], rows: Int, columns: Int, bias: Int) -> [Float] {
    var folded = self
    for row in 0..<rows {
      for column in 0..<columns { folded[row * columns + column] *= map[row] }
      folded[bias + row] = folded[bias + row] * map[row] + map[rows + row]
    }
    return folded
  }
}
