/// The position of a layer in a configuration.
struct LayerSite {
  let network: String
  /// Such as `layers[2] (residual).body[0] (conv)`; empty for the network itself.
  let path: String
  /// The shape of the input.
  let input: RowShape
  /// Number of labels.
  let outputs: Int
  /// Whether the layer processes whole sequences, inside an unroll.
  var isUnrolled = false

  /// The path of a nested layer.
  static func path(_ outer: String, _ key: String, _ index: Int, _ name: String) -> String {
    "\(outer.isEmpty ? "" : outer + ".")\(key)[\(index)] (\(name))"
  }

  /// Builds a sequence of layers, listed here under `key`.
  ///
  /// - Parameters:
  ///   - input: the input of the first layer.
  ///   - isUnrolled: whether they process whole sequences in any case.
  func build(
    _ layers: [LayerConfiguration], _ key: String, input: RowShape, isUnrolled: Bool = false
  ) throws(NetworkConfigurationError) -> Sequential {
    var built: [any Layer] = []
    var shape = input
    for (index, layer) in layers.enumerated() {
      let site = LayerSite(
        network: network, path: Self.path(path, key, index, layer.name), input: shape, outputs: outputs,
        isUnrolled: self.isUnrolled || isUnrolled)
      let next = try layer.settings.build(at: site)
      shape = next.outputShape(shape)
      try site.check(shape)
      built.append(next)
    }
    return Sequential(inputWidth: input.columns, built)
  }

  /// Builds nested layers that take this layer's input rows.
  func body(_ layers: [LayerConfiguration], _ key: String) throws(NetworkConfigurationError) -> Sequential {
    guard !layers.isEmpty else { throw fault("its \(key) has no layers") }
    return try build(layers, key, input: input)
  }

  /// Limit for widths, reaches and strides: no product of two overflows, and a damaged checkpoint cannot request all
  /// memory.
  static let largest = 65536
  /// Limit for the columns of a row, which flattening multiplies.
  private static let mostColumns = 1 << 20

  private func check(_ output: RowShape) throws(NetworkConfigurationError) {
    guard output.columns <= Self.mostColumns else {
      throw fault("\(input) would become \(output), but a row may have \(Self.mostColumns) columns")
    }
    if case .ragged(let stride) = output.rows, stride > Self.largest {
      throw fault("one row of every \(stride) would be left, but strides may multiply to \(Self.largest)")
    }
  }

  func size(_ value: Int, _ key: String) throws(NetworkConfigurationError) -> Int {
    guard 1...Self.largest ~= value else {
      throw fault("\(key) is \(value), but must lie between 1 and \(Self.largest)")
    }
    return value
  }

  /// Throws unless there is a sequence of rows: after a pooling, each step yields an updated single row.
  func requireRows() throws(NetworkConfigurationError) {
    guard input.rows != .known(1) || isUnrolled else {
      throw fault("it works over time, but \(input) comes in: it must stand before the pooling, or inside an unroll")
    }
  }

  /// Checks that a window fits its input rows.
  func window(
    size: Int, _ key: String, dilation: Int, stride: Int, padding: SlidingWindow.Padding
  ) throws(NetworkConfigurationError) -> SlidingWindow {
    try requireRows()
    let window = SlidingWindow(
      size: try self.size(size, key), dilation: try self.size(dilation, "dilation"),
      stride: try self.size(stride, "stride"), padding: padding)
    guard window.reach < Self.largest else {
      throw fault("a row sees \(window.reach) rows further, but may see \(Self.largest - 1)")
    }
    switch (padding, input.rows) {
    case (.valid, .ragged):
      throw fault(
        "padding 'valid' needs a known number of rows, but \(input) comes in: take causal or same, or an unroll")
    case (.valid, .known(let rows)) where window.reach >= rows:
      throw fault("\(window.reach + 1) rows are seen at once, but \(input) comes in")
    default: return window
    }
  }

  func fault(_ message: String) -> NetworkConfigurationError {
    NetworkConfigurationError(description: "network '\(network)', \(path): \(message)")
  }
}
