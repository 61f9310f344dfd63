/// `{layer: attention_pooling, window: 75}`
struct AttentionPoolingSettings: LayerSettings {
  static let names = ["attention_pooling"]

  /// In rows; nil for the whole sequence.
  var window: Int?

  enum CodingKeys: CodingKey, CaseIterable {
    case window
  }

  init(window: Int?) {
    self.window = window
  }

  init(from decoder: any Decoder) throws {
    window = try decoder.layerSettings(CodingKeys.self).decodeIfPresent(Int.self, forKey: .window)
  }

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    try site.requireRows()
    return AttentionPooling(
      width: site.input.columns,
      window: try window.map { rows throws(NetworkConfigurationError) in try site.size(rows, "window") })
  }
}

extension LayerConfiguration {
  /// Attention-weighted mean and deviation of the last `window` rows, or of the whole sequence.
  public static func attentionPooling(window: Int?) -> Self { Self(AttentionPoolingSettings(window: window)) }
}
