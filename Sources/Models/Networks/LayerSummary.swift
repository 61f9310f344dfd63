/// The properties of one layer of a network. Figures of a layer with nested layers exclude those of the nested layers.
public struct LayerSummary: Sendable, Equatable {
  /// Its path, such as `layers[2] (residual).body[0] (conv)`.
  public var path: String
  /// Its name in the configuration.
  public var name: String
  /// Its nesting depth.
  public var depth: Int
  /// The shape of its output for an utterance.
  public var output: RowShape
  public var parameters: Int
  /// Per row of a stream, in the worst case: layers after a stride do less for other rows. nil where the layer does not
  /// stream.
  public var multiplyAdds: Int?
  /// State size per stream, in bytes; nil where the layer does not stream.
  public var stateBytes: Int?
  /// Whether the layer itself can stream; nested layers have their own value.
  public var isStreaming: Bool
}

extension Network {
  /// All layers, each followed by its nested layers.
  public var summary: [LayerSummary] {
    var lines: [LayerSummary] = []
    Self.add(
      configuration.layers, layers, at: "", "layers",
      input: RowShape(rows: .ragged(stride: 1), columns: layers.inputWidth), depth: 0, steps: true, to: &lines)
    return lines
  }

  /// Multiply-adds per row of a stream, in the worst case; nil for a non-streaming network.
  public var stepMultiplyAdds: Int? { isStreaming ? layers.stepMultiplyAdds : nil }

  /// State size per stream, in bytes; nil for a non-streaming network.
  public var stateBytes: Int? { isStreaming ? layers.makeState().byteCount : nil }

  /// - Parameter steps: whether the layers are stepped; otherwise they process sequences of known length, once per hop,
  ///   and their buffers belong to the outer layer.
  private static func add(
    _ configurations: [LayerConfiguration], _ layers: Sequential, at outer: String, _ key: String, input: RowShape,
    depth: Int, steps: Bool, to lines: inout [LayerSummary]
  ) {
    var shape = input
    for (index, (configuration, layer)) in zip(configurations, layers.layers).enumerated() {
      let path = LayerSite.path(outer, key, index, configuration.name)
      let here = lines.count
      let output = layer.outputShape(shape)
      let multiplyAdds: Int? =
        if steps {
          layer.isStreaming ? layer.stepMultiplyAdds : nil
        } else if case .known(let rows) = shape.rows {
          layer.multiplyAdds(rows: rows)
        } else {
          nil
        }
      let stateBytes = steps ? (layer.isStreaming ? layer.makeState().byteCount : nil) : 0
      lines.append(
        LayerSummary(
          path: path, name: configuration.name, depth: depth, output: output, parameters: layer.parameterCount,
          multiplyAdds: multiplyAdds, stateBytes: stateBytes,
          isStreaming: !steps || layer.isStreaming || !layer.bodies.isEmpty))
      for (configurations, body) in zip(configuration.settings.bodies, layer.bodies) {
        add(
          configurations, body.layers, at: path, body.name,
          input: body.rows.map { RowShape(rows: .known($0), columns: body.layers.inputWidth) } ?? shape,
          depth: depth + 1, steps: steps && body.rows == nil, to: &lines)
      }
      for inner in lines[(here + 1)...] {
        lines[here].parameters -= inner.parameters
        lines[here].multiplyAdds? -= inner.multiplyAdds ?? 0
        lines[here].stateBytes? -= inner.stateBytes ?? 0
      }
      shape = output
    }
  }
}
