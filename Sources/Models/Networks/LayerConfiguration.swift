/// One layer in a network configuration: `layer: NAME` and its settings.
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
public struct LayerConfiguration: Codable, Sendable, Equatable {
  let settings: any LayerSettings

  init(_ settings: any LayerSettings) {
    self.settings = settings
  }

  /// All kinds of layers for configurations.
  private static let kinds: [any LayerSettings.Type] = [
    DenseSettings.self, ConvolutionSettings.self, RecurrentSettings.self, SelfAttentionSettings.self,
    NormSettings.self, DropoutSettings.self, ActivationSettings.self, WindowPoolingSettings.self,
    AttentionPoolingSettings.self, FunctionalsSettings.self, GlobalPoolingSettings.self, FlattenSettings.self,
    ResidualSettings.self, GatingSettings.self, UnrollSettings.self,
  ]

  /// The layer's name in a configuration.
  public var name: String { settings.name }

  public static func == (left: Self, right: Self) -> Bool { left.settings.equals(right.settings) }

  public init(from decoder: any Decoder) throws {
    guard decoder.codingPath.count < Self.deepest else {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(codingPath: decoder.codingPath, debugDescription: "layers lie too deep in one another"))
    }
    let name = try decoder.layerName()
    guard let kind = Self.kinds.first(where: { $0.names.contains(name) }) else {
      let names = Self.kinds.flatMap { $0.names }.sorted().joined(separator: ", ")
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: decoder.codingPath + [LayerKey.layer],
          debugDescription: "no layer is called '\(name)'; there are \(names)"))
    }
    settings = try kind.init(from: decoder)
  }

  /// Maximum depth in keys, two for each nesting level: a damaged file must not overflow the stack.
  private static let deepest = 64

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: LayerKey.self)
    try container.encode(name, forKey: .layer)
    try settings.encode(to: encoder)
  }
}
