/// What one layer of a network is like. The figures of a layer with layers inside are its own, without theirs.
public struct LayerSummary: Sendable, Equatable {
  /// Where it stands, such as `layers[2] (residual).body[0] (conv)`.
  public var path: String
  /// As in the configuration.
  public var name: String
  /// How many layers it lies inside of.
  public var depth: Int
  /// What it makes of an utterance.
  public var output: RowShape
  public var parameters: Int
  /// For one more row of a stream, at most: layers behind a stride do less at other rows. nil where the layer cannot step.
  public var multiplyAdds: Int?
  /// Bytes that each stream keeps for it; nil where the layer cannot step.
  public var stateBytes: Int?
  /// Whether it can step itself; whether the layers inside can, they say.
  public var isStreaming: Bool
}

extension Network {
  /// All layers, those inside of one behind it.
  public var summary: [LayerSummary] {
    var lines: [LayerSummary] = []
    Self.add(
      configuration.layers, layers, at: "", "layers",
      input: RowShape(rows: .ragged(stride: 1), columns: layers.inputWidth), depth: 0, steps: true, to: &lines)
    return lines
  }

  /// Multiply-adds for one more row of a stream, at most; nil for a network that cannot step.
  public var stepMultiplyAdds: Int? { isStreaming ? layers.stepMultiplyAdds : nil }

  /// Bytes that each stream keeps; nil for a network that cannot step.
  public var stateBytes: Int? { isStreaming ? layers.makeState().byteCount : nil }

  /// - Parameter steps: whether the layers are stepped; else they work on sequences of known length, once per hop, and
  ///   their buffers belong to the layer outside.
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
