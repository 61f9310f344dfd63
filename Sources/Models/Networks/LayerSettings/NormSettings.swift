/// `{layer: batch_norm}` and `{layer: layer_norm}`
struct NormSettings: LayerSettings {
  enum Kind: String, CaseIterable {
    case batch = "batch_norm"
    case layer = "layer_norm"
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

  func build(at site: LayerSite) -> any Layer {
    switch kind {
    case .batch: BatchNorm(width: site.input.columns)
    case .layer: LayerNorm(width: site.input.columns)
    }
  }
}

extension LayerConfiguration {
  /// Normalisation of each column over the batch.
  public static let batchNorm = Self(NormSettings(.batch))

  /// Normalisation of each row over its columns.
  public static let layerNorm = Self(NormSettings(.layer))
}
