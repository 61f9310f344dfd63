/// `{layer: self_attention, units: 64, window: 25}`
struct SelfAttentionSettings: LayerSettings {
  static let names = ["self_attention"]

  var units: Int
  /// In rows; nil for the whole sequence, which excludes live use.
  var window: Int?

  enum CodingKeys: CodingKey, CaseIterable {
    case units, window
  }

  init(units: Int, window: Int?) {
    self.units = units
    self.window = window
  }

  init(from decoder: any Decoder) throws {
    let settings = try decoder.layerSettings(CodingKeys.self)
    units = try settings.decode(Int.self, forKey: .units)
    window = try settings.decodeIfPresent(Int.self, forKey: .window)
  }

  /// The attention of a sequence is quadratic in its length.
  private static let mostRows = 8192

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    try site.requireRows()
    if case .known(let rows) = site.input.rows, rows > Self.mostRows {
      throw site.fault("\(site.input) comes in, but it may look at \(Self.mostRows) rows")
    }
    let window = try window.map { rows throws(NetworkConfigurationError) in try site.size(rows, "window") }
    return SelfAttention(inputWidth: site.input.columns, units: try site.size(units, "units"), window: window)
  }
}

extension LayerConfiguration {
  /// Single-head self-attention over the last `window` rows, or over the whole sequence.
  public static func selfAttention(units: Int, window: Int?) -> Self {
    Self(SelfAttentionSettings(units: units, window: window))
  }
}
