/// What a network learns to tell.
public enum Target: String, Codable, CaseIterable, Sendable {
  case emotion, gender
}

/// A network is described, not programmed: its name, what it tells, and its layers from feature row to scores.
public struct NetworkConfiguration: Codable, Sendable, Equatable {
  /// Letters, digits, `_` and `-`; part of the names of arrays and files.
  public var name: String
  /// What it tells.
  public var target: Target
  /// Whether the rows that it sees are normalised by statistics that follow the session's voice, or by the stored
  /// ones alone: a head that tells voices apart must not have their differences taken out.
  public var adaptive: Bool
  /// From the feature row to the scores; exactly one pooling among them.
  public var layers: [LayerConfiguration]

  public init(name: String, target: Target, adaptive: Bool, layers: [LayerConfiguration]) {
    self.name = name
    self.target = target
    self.adaptive = adaptive
    self.layers = layers
  }

  private enum Key: String, CodingKey, CaseIterable {
    case name, target, adaptive, layers
  }

  public init(from decoder: any Decoder) throws {
    if let stray = try decoder.strayKey(besides: Key.allCases.map(\.rawValue)) {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath + [stray],
          debugDescription: "a network has no setting '\(stray.stringValue)'"))
    }
    let container = try decoder.container(keyedBy: Key.self)
    name = try container.decode(String.self, forKey: .name)
    target = try container.decode(Target.self, forKey: .target)
    adaptive = try container.decode(Bool.self, forKey: .adaptive)
    layers = try container.decode([LayerConfiguration].self, forKey: .layers)
  }
}

/// A configuration that describes no working network: which network, which layer, what is wrong.
public struct NetworkConfigurationError: Error, CustomStringConvertible, Sendable, Equatable {
  public let description: String
}

extension NetworkConfiguration {
  /// Builds the layers and checks that each fits the one before.
  ///
  /// - Parameters:
  ///   - inputWidth: columns of a feature row.
  ///   - outputs: number of labels, the width of the last layer.
  /// - Throws: where a layer does not fit, has a setting outside its range, or no utterance could get a verdict.
  public func build(inputWidth: Int, outputs: Int) throws(NetworkConfigurationError) -> Sequential {
    var pooled = false
    let body = try build(layers, path: "layers", inputWidth: inputWidth, outputs: outputs, pooled: &pooled)
    guard pooled else {
      throw fault("layers", "there is no attention_pooling or functionals, so an utterance would have no verdict")
    }
    guard body.outputWidth == outputs else {
      throw fault(
        "layers[\(layers.count - 1)]", "the last layer gives \(body.outputWidth) scores for \(outputs) labels")
    }
    return body
  }

  private func build(
    _ layers: [LayerConfiguration], path: String, inputWidth: Int, outputs: Int, pooled: inout Bool
  ) throws(NetworkConfigurationError) -> Sequential {
    var built: [any Layer] = []
    var width = inputWidth
    for (index, configuration) in layers.enumerated() {
      let path = "\(path)[\(index)] (\(configuration.name))"
      let layer = try build(configuration, path: path, width: width, outputs: outputs, pooled: &pooled)
      width = layer.outputWidth
      built.append(layer)
    }
    return Sequential(inputWidth: inputWidth, built)
  }

  private func build(
    _ configuration: LayerConfiguration, path: String, width: Int, outputs: Int, pooled: inout Bool
  ) throws(NetworkConfigurationError) -> any Layer {
    switch configuration {
    case .dense(let units):
      return Dense(inputWidth: width, outputWidth: try positive(units ?? outputs, "units", path))
    case .conv(let units, let kernel, let dilation):
      guard !pooled else { throw fault(path, "a convolution over time must stand before the pooling") }
      let kernel = try positive(kernel, "kernel", path)
      let dilation = try positive(dilation, "dilation", path)
      guard (kernel - 1) * dilation <= Self.largest else {
        throw fault(path, "it reaches \((kernel - 1) * dilation) rows back, but may reach \(Self.largest)")
      }
      return CausalConvolution(
        inputWidth: width, outputWidth: try positive(units, "units", path), kernel: kernel, dilation: dilation)
    case .lstm(let units):
      guard !pooled else { throw fault(path, "a recurrent layer must stand before the pooling") }
      return LSTM(inputWidth: width, units: try positive(units, "units", path))
    case .batchNorm: return BatchNorm(width: width)
    case .dropout(let rate):
      guard (0..<1).contains(rate) else { throw fault(path, "rate \(rate) lies outside 0 ..< 1") }
      return Dropout(width: width, rate: rate)
    case .activation(let function): return Activation(function, width: width)
    case .attentionPooling(let window):
      guard !pooled else { throw fault(path, "an utterance is pooled once") }
      pooled = true
      return AttentionPooling(
        width: width,
        window: try window.map { rows throws(NetworkConfigurationError) in
          try positive(rows, "window", path)
        })
    case .functionals(let statistics, let window):
      guard !pooled else { throw fault(path, "an utterance is pooled once") }
      pooled = true
      _ = try positive(statistics.count * width, "the number of statistics of all columns", path)
      return FunctionalsPooling(width: width, statistics: statistics, window: try positive(window, "window", path))
    case .residual(let body):
      guard !body.isEmpty else { throw fault(path, "its body has no layers") }
      let wasPooled = pooled
      let layers = try build(body, path: path, inputWidth: width, outputs: outputs, pooled: &pooled)
      guard pooled == wasPooled else { throw fault(path, "a pooling cannot stand inside a residual") }
      guard layers.outputWidth == width else {
        throw fault(path, "the body turns \(width) columns into \(layers.outputWidth), so its input can't be added")
      }
      return Residual(layers)
    }
  }

  /// Of widths and reaches: no product of two overflows, and a damaged checkpoint cannot ask for all memory.
  private static let largest = 65536

  private func positive(_ value: Int, _ key: String, _ path: String) throws(NetworkConfigurationError) -> Int {
    guard 1...Self.largest ~= value else {
      throw fault(path, "\(key) is \(value), but must lie between 1 and \(Self.largest)")
    }
    return value
  }

  private func fault(_ path: String, _ message: String) -> NetworkConfigurationError {
    NetworkConfigurationError(description: "network '\(name)', \(path): \(message)")
  }
}
