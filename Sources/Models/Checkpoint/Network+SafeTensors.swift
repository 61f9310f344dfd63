extension Network {
  /// Adds the weights to `file`, each array as `networks.NAME.PARAMETER`. For int8 networks, matrices are stored as
  /// int8 together with the scale of each row as `networks.NAME.PARAMETER.scale`.
  public func write(to file: inout SafeTensors) {
    var start = 0
    let matrices = byteMatrices
    for parameter in layers.parameters {
      let name = "networks.\(configuration.name).\(parameter.name)"
      let values = Array(weights[start..<start + parameter.count])
      if let site = matrices[start] {
        let matrix = QuantizedMatrix(values, rows: site.rows, columns: site.columns)
        file.tensors[name] = SafeTensors.Tensor(
          shape: parameter.shape, values: matrix.values.map(Float.init), type: .int8)
        file.tensors[name + Self.scaleSuffix] = SafeTensors.Tensor(shape: [site.rows], values: matrix.scales)
      } else {
        file.tensors[name] = SafeTensors.Tensor(shape: parameter.shape, values: values)
      }
      start += parameter.count
    }
  }

  private static let scaleSuffix = ".scale"

  /// The int8 matrices, by start index; empty in single precision.
  private var byteMatrices: [Int: MatrixSite] {
    guard configuration.precision == .int8 else { return [:] }
    return Dictionary(uniqueKeysWithValues: layers.matrices.filter(\.fitsBytes).map { ($0.start, $0) })
  }

  /// Creates a network with the weights in `file`.
  ///
  /// - Throws: where the configuration describes no working network, or the errors of `read`.
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

  /// Reads the weights from `file`.
  ///
  /// - Throws: where an array is missing, its shape or type differs from the configuration, or a variance is negative.
  public mutating func read(from file: SafeTensors, name: String) throws(CheckpointError) {
    // Grows with the actual content of the file, regardless of its configuration.
    var weights: [Float] = []
    let matrices = byteMatrices
    for parameter in layers.parameters {
      let tensor = "networks.\(configuration.name).\(parameter.name)"
      let site = matrices[weights.count]
      var values = try file.tensor(tensor, shape: parameter.shape, type: site == nil ? .float32 : .int8, file: name)
      if let site {
        let scales = try file.tensor(tensor + Self.scaleSuffix, shape: [site.rows], file: name)
        for i in values.indices { values[i] *= scales[i / site.columns] }
        guard values.allSatisfy(\.isFinite) else {
          throw CheckpointError("\(name): the scales of '\(tensor)' are larger than any weight can be")
        }
      }
      if parameter.name.hasSuffix("running_variance"), let negative = values.first(where: { $0 < 0 }) {
        throw CheckpointError("\(name): '\(tensor)' holds \(negative), but no variance is negative")
      }
      weights += values
    }
    self.weights = weights
  }
}
