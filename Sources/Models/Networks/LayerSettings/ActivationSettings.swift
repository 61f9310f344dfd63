/// `{layer: relu}`, `{layer: gelu}`, `{layer: sigmoid}`, `{layer: tanh}` and `{layer: softmax}`
struct ActivationSettings: LayerSettings {
  static let names = Activation.Function.allCases.map(\.rawValue) + [softmax]
  static let softmax = "softmax"

  /// nil for softmax, which is not elementwise.
  var function: Activation.Function?
  var name: String { function?.rawValue ?? Self.softmax }

  init(_ function: Activation.Function?) {
    self.function = function
  }

  init(from decoder: any Decoder) throws {
    function = Activation.Function(rawValue: try decoder.layerName())
    try decoder.noLayerSettings()
  }

  func encode(to encoder: any Encoder) {}

  func build(at site: LayerSite) -> any Layer {
    guard let function else { return Softmax(width: site.input.columns) }
    return Activation(function, width: site.input.columns)
  }
}

extension LayerConfiguration {
  /// An elementwise function.
  public static func activation(_ function: Activation.Function) -> Self { Self(ActivationSettings(function)) }

  /// Softmax over the columns of each row.
  public static let softmax = Self(ActivationSettings(nil))
}
