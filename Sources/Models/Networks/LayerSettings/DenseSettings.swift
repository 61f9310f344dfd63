/// `{layer: dense, units: 64}`
struct DenseSettings: LayerSettings {
  static let names = ["dense"]

  /// nil: the number of the network's labels.
  var units: Int?

  enum CodingKeys: CodingKey, CaseIterable {
    case units
  }

  init(units: Int?) {
    self.units = units
  }

  init(from decoder: any Decoder) throws {
    units = try decoder.layerSettings(CodingKeys.self).decodeIfPresent(Int.self, forKey: .units)
  }

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    Dense(inputWidth: site.input.columns, outputWidth: try site.size(units ?? site.outputs, "units"))
  }
}

extension LayerConfiguration {
  /// y = W x + b; `units` nil gives the number of the network's labels.
  public static func dense(units: Int?) -> Self { Self(DenseSettings(units: units)) }
}
