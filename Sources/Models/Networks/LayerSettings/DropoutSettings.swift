/// `{layer: dropout, rate: 0.3}` and `{layer: spatial_dropout, rate: 0.3}`
struct DropoutSettings: LayerSettings {
  enum Kind: String, CaseIterable {
    case elements = "dropout"
    case columns = "spatial_dropout"
  }

  static let names = Kind.allCases.map(\.rawValue)

  var kind: Kind
  var rate: Float
  var name: String { kind.rawValue }

  enum CodingKeys: CodingKey, CaseIterable {
    case rate
  }

  init(_ kind: Kind, rate: Float) {
    self.kind = kind
    self.rate = rate
  }

  init(from decoder: any Decoder) throws {
    kind = try decoder.layerKind()
    rate = try decoder.layerSettings(CodingKeys.self).decode(Float.self, forKey: .rate)
  }

  func encode(to encoder: any Encoder) throws {
    var settings = encoder.container(keyedBy: CodingKeys.self)
    try settings.encode(rate, forKey: .rate)
  }

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    guard (0..<1).contains(rate) else { throw site.fault("rate \(rate) lies outside 0 ..< 1") }
    return switch kind {
    case .elements: Dropout(width: site.input.columns, rate: rate)
    case .columns: SpatialDropout(width: site.input.columns, rate: rate)
    }
  }
}

extension LayerConfiguration {
  /// Drops single elements.
  public static func dropout(rate: Float) -> Self { Self(DropoutSettings(.elements, rate: rate)) }

  /// Drops whole columns of a sequence.
  public static func spatialDropout(rate: Float) -> Self { Self(DropoutSettings(.columns, rate: rate)) }
}
