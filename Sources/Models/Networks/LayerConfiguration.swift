/// One layer of a network as it stands in a configuration: `layer: NAME` and its settings beside it.
///
/// ```yaml
/// - {layer: dense, units: 64}
/// - layer: residual
///   body:
///     - {layer: conv, units: 64, kernel: 3, dilation: 2}
///     - {layer: batch_norm}
///     - {layer: relu}
/// - {layer: attention_pooling, window: 75}
/// # or
/// - {layer: functionals, statistics: [mean, deviation, p10, p90, slope], window: 300}
/// ```
public indirect enum LayerConfiguration: Codable, Sendable, Equatable {
  /// `units` nil: as many as the network has labels.
  case dense(units: Int?)
  case conv(units: Int, kernel: Int, dilation: Int)
  case lstm(units: Int)
  case batchNorm
  case dropout(rate: Float)
  case activation(Activation.Function)
  /// `window` in rows; nil for the whole utterance.
  case attentionPooling(window: Int?)
  /// `window` in rows; 1200 where a configuration leaves it out.
  case functionals(statistics: [Statistic], window: Int)
  case residual([LayerConfiguration])

  private enum Key: String, CodingKey {
    case layer, units, kernel, dilation, rate, window, statistics, body
  }

  /// Names as they are written, each with the keys that it takes.
  private static let keys: [String: Set<Key>] = {
    var keys: [String: Set<Key>] = [
      "dense": [.units], "conv": [.units, .kernel, .dilation], "lstm": [.units], "batch_norm": [],
      "dropout": [.rate], "attention_pooling": [.window], "functionals": [.statistics, .window], "residual": [.body],
    ]
    for function in Activation.Function.allCases { keys[function.rawValue] = [] }
    return keys
  }()

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: Key.self)
    let name = try container.decode(String.self, forKey: .layer)
    guard let allowed = Self.keys[name] else {
      throw DecodingError.dataCorruptedError(
        forKey: .layer, in: container,
        debugDescription: "no layer is called '\(name)'; there are \(Self.keys.keys.sorted().joined(separator: ", "))")
    }
    if let stray = try decoder.strayKey(besides: ["layer"] + allowed.map(\.rawValue)) {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath + [stray],
          debugDescription: "the layer '\(name)' has no setting '\(stray.stringValue)'"))
    }
    switch name {
    case "dense": self = .dense(units: try container.decodeIfPresent(Int.self, forKey: .units))
    case "conv":
      self = .conv(
        units: try container.decode(Int.self, forKey: .units),
        kernel: try container.decodeIfPresent(Int.self, forKey: .kernel) ?? 3,
        dilation: try container.decodeIfPresent(Int.self, forKey: .dilation) ?? 1)
    case "lstm": self = .lstm(units: try container.decode(Int.self, forKey: .units))
    case "batch_norm": self = .batchNorm
    case "dropout": self = .dropout(rate: try container.decode(Float.self, forKey: .rate))
    case "attention_pooling":
      self = .attentionPooling(window: try container.decodeIfPresent(Int.self, forKey: .window))
    case "functionals":
      let names = try container.decode([String].self, forKey: .statistics)
      let window = try container.decodeIfPresent(Int.self, forKey: .window) ?? FunctionalsPooling.defaultWindow
      do throws(StatisticError) {
        self = .functionals(statistics: try Statistic.named(names), window: window)
      } catch {
        throw DecodingError.dataCorruptedError(forKey: .statistics, in: container, debugDescription: "\(error)")
      }
    case "residual": self = .residual(try container.decode([LayerConfiguration].self, forKey: .body))
    default: self = .activation(Activation.Function(rawValue: name)!)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: Key.self)
    try container.encode(name, forKey: .layer)
    switch self {
    case .dense(let units): try container.encodeIfPresent(units, forKey: .units)
    case .conv(let units, let kernel, let dilation):
      try container.encode(units, forKey: .units)
      try container.encode(kernel, forKey: .kernel)
      try container.encode(dilation, forKey: .dilation)
    case .lstm(let units): try container.encode(units, forKey: .units)
    case .dropout(let rate): try container.encode(rate, forKey: .rate)
    case .attentionPooling(let window): try container.encodeIfPresent(window, forKey: .window)
    case .functionals(let statistics, let window):
      try container.encode(statistics.map(\.name), forKey: .statistics)
      try container.encode(window, forKey: .window)
    case .residual(let body): try container.encode(body, forKey: .body)
    case .batchNorm, .activation: break
    }
  }

  /// The layer's name in a configuration.
  public var name: String {
    switch self {
    case .dense: "dense"
    case .conv: "conv"
    case .lstm: "lstm"
    case .batchNorm: "batch_norm"
    case .dropout: "dropout"
    case .activation(let function): function.rawValue
    case .attentionPooling: "attention_pooling"
    case .functionals: "functionals"
    case .residual: "residual"
    }
  }
}
