extension Network {
  /// Adds the weights to `file`, each array as `networks.NAME.PARAMETER`.
  public func write(to file: inout SafeTensors) {
    var start = 0
    for parameter in layers.parameters {
      file.tensors["networks.\(configuration.name).\(parameter.name)"] = SafeTensors.Tensor(
        shape: parameter.shape, values: Array(weights[start..<start + parameter.count]))
      start += parameter.count
    }
  }

  /// A network with the weights in `file`.
  ///
  /// - Throws: where the configuration describes no working network, or as `read`.
  public init(
    _ configuration: NetworkConfiguration, inputWidth: Int, outputs: Int, from file: SafeTensors, name: String
  ) throws(CheckpointError) {
    let layers: Sequential
    do {
      layers = try configuration.build(inputWidth: inputWidth, outputs: outputs)
    } catch {
      throw CheckpointError("\(name): \(error)")
    }
    self.init(configuration, layers: layers, weights: [])
    try read(from: file, name: name)
  }

  /// Takes the weights from `file`.
  ///
  /// - Throws: where an array is missing, has another shape than the configuration asks for, or a variance is negative.
  public mutating func read(from file: SafeTensors, name: String) throws(CheckpointError) {
    // Grows with what the file really holds, however much its configuration asks for.
    var weights: [Float] = []
    for parameter in layers.parameters {
      let tensor = "networks.\(configuration.name).\(parameter.name)"
      let values = try file.tensor(tensor, shape: parameter.shape, file: name)
      if parameter.name.hasSuffix("running_variance"), let negative = values.first(where: { $0 < 0 }) {
        throw CheckpointError("\(name): '\(tensor)' holds \(negative), but no variance is negative")
      }
      weights += values
    }
    self.weights = weights
  }
}
