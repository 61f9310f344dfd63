/// `{layer: flatten}`
struct FlattenSettings: LayerSettings {
  static let names = ["flatten"]

  init() {}

  init(from decoder: any Decoder) throws {
    try decoder.noLayerSettings()
  }

  func encode(to encoder: any Encoder) {}

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    guard case .known(let rows) = site.input.rows else {
      throw site.fault(
        "it needs a known number of rows, but \(site.input) comes in, n being the length of the utterance: "
          + "take a pooling, or an unroll around it")
    }
    return Flatten(rows: rows, width: site.input.columns)
  }
}

extension LayerConfiguration {
  /// Concatenates a known number of rows into one.
  public static let flatten = Self(FlattenSettings())
}
