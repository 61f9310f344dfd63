/// `{layer: residual, body: […]}`
struct ResidualSettings: LayerSettings {
  static let names = ["residual"]

  var body: [LayerConfiguration]
  var bodies: [[LayerConfiguration]] { [body] }

  func with(bodies: [[LayerConfiguration]]) -> Self { Self(body: bodies[0]) }

  enum CodingKeys: CodingKey, CaseIterable {
    case body
  }

  init(body: [LayerConfiguration]) {
    self.body = body
  }

  init(from decoder: any Decoder) throws {
    body = try decoder.layerSettings(CodingKeys.self).decode([LayerConfiguration].self, forKey: .body)
  }

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    let layers = try site.body(body, "body")
    let output = layers.outputShape(site.input)
    guard output == site.input else {
      throw site.fault("its body turns \(site.input) into \(output), so its input can't be added")
    }
    return Residual(layers)
  }
}

extension LayerConfiguration {
  /// The sum of the body's result and its input.
  public static func residual(_ body: [LayerConfiguration]) -> Self { Self(ResidualSettings(body: body)) }
}
