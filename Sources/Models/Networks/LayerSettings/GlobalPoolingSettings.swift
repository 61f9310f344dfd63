/// `{layer: global_average_pooling}` and `{layer: global_max_pooling}`
struct GlobalPoolingSettings: LayerSettings {
  enum Kind: String, CaseIterable {
    case average = "global_average_pooling"
    case max = "global_max_pooling"
  }

  static let names = Kind.allCases.map(\.rawValue)

  var kind: Kind
  var name: String { kind.rawValue }

  init(_ kind: Kind) {
    self.kind = kind
  }

  init(from decoder: any Decoder) throws {
    kind = try decoder.layerKind()
    try decoder.noLayerSettings()
  }

  func encode(to encoder: any Encoder) {}

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    try site.requireRows()
    return GlobalPooling(kind == .average ? .average : .max, width: site.input.columns)
  }
}

extension LayerConfiguration {
  /// The mean of all rows.
  public static let globalAveragePooling = Self(GlobalPoolingSettings(.average))

  /// The maximum of each column.
  public static let globalMaxPooling = Self(GlobalPoolingSettings(.max))
}
