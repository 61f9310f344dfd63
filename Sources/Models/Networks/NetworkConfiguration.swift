import Support

/// The target of a network.
public enum Target: String, Codable, CaseIterable, Sendable {
  case emotion, gender
}

/// A network as a configuration rather than code: its name, its target, and its layers from feature row to scores.
public struct NetworkConfiguration: Codable, Sendable, Equatable {
  /// Letters, digits, `_` and `-`; part of array and file names.
  public var name: String
  /// The target of the network.
  public var target: Target
  /// Whether its input rows are normalised with session statistics or only with the stored ones: adaptation would
  /// remove the differences between voices that a gender head needs.
  public var adaptive: Bool
  /// From the feature row to the scores, including a pooling.
  public var layers: [LayerConfiguration]
  /// Auxiliary targets in training; optional.
  public var auxiliary: [AuxiliaryTarget]
  /// The precision of the matrices at inference. Training uses single precision.
  public var precision = WeightPrecision.float

  public init(
    name: String, target: Target, adaptive: Bool, layers: [LayerConfiguration], auxiliary: [AuxiliaryTarget] = []
  ) {
    self.name = name
    self.target = target
    self.adaptive = adaptive
    self.layers = layers
    self.auxiliary = auxiliary
  }

  private enum Key: String, CodingKey, CaseIterable {
    case name, target, adaptive, layers, auxiliary, precision
  }

  public init(from decoder: any Decoder) throws {
    if let stray = try decoder.strayKey(besides: Key.allCases.map(\.rawValue)) {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath + [stray],
          debugDescription: "a network has no setting '\(stray.stringValue)'"
            + suggestion(for: stray.stringValue, among: Key.allCases.map(\.rawValue))))
    }
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    target = try container.decode(Target.self, forKey: .target)
    adaptive = try container.decode(Bool.self, forKey: .adaptive)
    layers = try container.decode([LayerConfiguration].self, forKey: .layers)
    auxiliary = try container.decodeIfPresent([AuxiliaryTarget].self, forKey: .auxiliary) ?? []
    precision = try container.decodeIfPresent(WeightPrecision.self, forKey: .precision) ?? .float
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .name)
    try container.encode(target, forKey: .target)
    try container.encode(adaptive, forKey: .adaptive)
    try container.encode(layers, forKey: .layers)
    if !auxiliary.isEmpty { try container.encode(auxiliary, forKey: .auxiliary) }
    if precision != .float { try container.encode(precision, forKey: .precision) }
  }
}

/// An invalid network configuration: the network, the layer and the error.
public struct NetworkConfigurationError: ClassifiedError, Equatable {
  public let description: String
  public var errorClass: ErrorClass { .badData }
}

extension NetworkConfiguration {
  /// Builds the layers and checks that each fits the previous one.
  ///
  /// - Parameters:
  ///   - inputWidth: columns of a feature row.
  ///   - outputs: number of labels, the width of the last layer.
  /// - Throws: where a layer does not fit, has a setting outside its range, or an utterance would not get exactly one
  ///   prediction.
  public func build(inputWidth: Int, outputs: Int) throws(NetworkConfigurationError) -> Sequential {
    try validateAuxiliary()
    let input = RowShape(rows: .ragged(stride: 1), columns: inputWidth)
    let site = LayerSite(network: name, path: "", input: input, outputs: outputs)
    let built = try site.build(layers, "layers", input: input)
    let output = built.outputShape(input)
    func fault(_ message: String) -> NetworkConfigurationError {
      let path =
        layers.isEmpty ? "layers" : LayerSite.path("", "layers", layers.count - 1, layers[layers.count - 1].name)
      return NetworkConfigurationError(description: "network '\(name)', \(path): \(message)")
    }
    guard output.rows == .known(1) else {
      throw fault("there is no pooling: the layers end in \(output), but an utterance gets one row of scores")
    }
    guard output.columns == outputs else {
      throw fault("the last layer gives \(output.columns) scores (\(output)) for \(outputs) labels (1 × \(outputs))")
    }
    guard layers.last != .softmax else {
      throw fault("scores need no softmax: the program applies it itself")
    }
    guard built.stateBound <= Self.mostStateBytes else {
      throw NetworkConfigurationError(
        description:
          "network '\(name)': the state of a stream would take \(built.stateBound >> 20) MB, but may take "
          + "\(Self.mostStateBytes >> 20); shorten a window or a dilation")
    }
    return built
  }

  /// A damaged checkpoint cannot request all memory.
  private static let mostStateBytes = 64 << 20
}
