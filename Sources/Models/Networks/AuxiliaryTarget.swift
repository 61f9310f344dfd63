import Support

/// An auxiliary target of training, so that the shared layers serve more than one purpose (Caruana 1997).
///
/// Its head is a dense layer on the input of the network's last layer. Heads are used only in training and are not part
/// of the trained network.
public struct AuxiliaryTarget: Codable, Sendable, Equatable {
  /// Annotations that a corpus may have for a recording.
  public enum Kind: String, Codable, CaseIterable, Sendable {
    case emotion, gender, intensity, statement

    /// The kind of a network's own target.
    public init(_ target: Target) {
      self =
        switch target {
        case .emotion: .emotion
        case .gender: .gender
        }
    }
  }

  public var target: Kind
  /// Weight of its loss relative to that of the network's own target.
  public var weight: Float

  public init(_ target: Kind, weight: Float) {
    self.target = target
    self.weight = weight
  }

  private enum Key: String, CodingKey, CaseIterable {
    case target, weight
  }

  public init(from decoder: any Decoder) throws {
    if let stray = try decoder.strayKey(besides: Key.allCases.map(\.rawValue)) {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath + [stray],
          debugDescription: "an auxiliary target has no setting '\(stray.stringValue)'"
            + suggestion(for: stray.stringValue, among: Key.allCases.map(\.rawValue))))
    }
    let container = try decoder.container(keyedBy: Key.self)
    target = try container.decode(Kind.self, forKey: .target)
    weight = try container.decode(Float.self, forKey: .weight)
  }
}

extension NetworkConfiguration {
  fileprivate func fault(_ path: String, _ message: String) -> NetworkConfigurationError {
    NetworkConfigurationError(description: "network '\(name)', \(path): \(message)")
  }

  /// Checks the auxiliary targets.
  func validateAuxiliary() throws(NetworkConfigurationError) {
    var taken: Set<AuxiliaryTarget.Kind> = [AuxiliaryTarget.Kind(target)]
    for (index, auxiliary) in auxiliary.enumerated() {
      let path = "auxiliary[\(index)] (\(auxiliary.target.rawValue))"
      guard taken.insert(auxiliary.target).inserted else { throw fault(path, "the network has that target already") }
      guard auxiliary.weight > 0, auxiliary.weight <= 100 else {
        throw fault(path, "weight is \(auxiliary.weight), but must lie above 0 and at most at 100")
      }
    }
    guard auxiliary.isEmpty || layers.last == .dense(units: nil) else {
      throw fault("layers", "a network with auxiliary targets ends in a dense layer without units")
    }
  }
}

extension Network {
  /// A network with initial weights whose last layer is widened by the scores of its auxiliary heads.
  ///
  /// - Parameters:
  ///   - outputs: number of the network's own labels.
  ///   - further: number of the labels of all heads together.
  /// - Throws: the errors of `NetworkConfiguration.build`.
  public init(
    training configuration: NetworkConfiguration, inputWidth: Int, outputs: Int, further: Int,
    random: inout RandomSource
  ) throws(NetworkConfigurationError) {
    let narrow = try configuration.build(inputWidth: inputWidth, outputs: outputs)
    var wide = configuration
    wide.auxiliary = []
    if further > 0 { wide.layers[wide.layers.count - 1] = .dense(units: outputs + further) }
    try self.init(wide, inputWidth: inputWidth, outputs: outputs + further, random: &random)
    let shared = layers.parameters.dropLast(2)
    guard further == 0 || Array(shared) == Array(narrow.parameters.dropLast(2)) else {
      throw configuration.fault(
        "layers", "only the last of them may leave out its units where there are auxiliary targets")
    }
  }

  /// The network without auxiliary heads.
  ///
  /// - Parameters:
  ///   - configuration: the configuration from which it was created for training.
  ///   - outputs: number of the network's own labels.
  public func withoutAuxiliaryHeads(_ configuration: NetworkConfiguration, outputs: Int) -> Network {
    guard labelCount > outputs, let last = layers.layers.last else { return self }
    let start = weights.count - last.parameterCount
    let matrix = weights[start..<start + outputs * last.inputWidth]
    let bias = weights[weights.count - labelCount..<weights.count - labelCount + outputs]
    // Cannot fail: it was built from this configuration before.
    let narrow = try! configuration.build(inputWidth: layers.inputWidth, outputs: outputs)
    return Network(configuration, layers: narrow, weights: Array(weights[..<start] + matrix + bias))
  }
}
