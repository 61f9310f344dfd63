/// `{layer: lstm, units: 96}` and `{layer: gru, units: 96}`
struct RecurrentSettings: LayerSettings {
  enum Kind: String, CaseIterable {
    case lstm, gru
  }

  static let names = Kind.allCases.map(\.rawValue)

  var kind: Kind
  var units: Int
  var name: String { kind.rawValue }

  enum CodingKeys: CodingKey, CaseIterable {
    case units
  }

  init(_ kind: Kind, units: Int) {
    self.kind = kind
    self.units = units
  }

  init(from decoder: any Decoder) throws {
    kind = try decoder.layerKind()
    units = try decoder.layerSettings(CodingKeys.self).decode(Int.self, forKey: .units)
  }

  func encode(to encoder: any Encoder) throws {
    var settings = encoder.container(keyedBy: CodingKeys.self)
    try settings.encode(units, forKey: .units)
  }

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    try site.requireRows()
    let units = try site.size(units, "units")
    return switch kind {
    case .lstm: LSTM(inputWidth: site.input.columns, units: units)
    case .gru: GRU(inputWidth: site.input.columns, units: units)
    }
  }
}

extension LayerConfiguration {
  /// Long short-term memory.
  public static func lstm(units: Int) -> Self { Self(RecurrentSettings(.lstm, units: units)) }

  /// A gated recurrent unit.
  public static func gru(units: Int) -> Self { Self(RecurrentSettings(.gru, units: units)) }
}
