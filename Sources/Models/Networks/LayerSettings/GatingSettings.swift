/// `{layer: gating, body: […], gate: […]}`
struct GatingSettings: LayerSettings {
  static let names = ["gating"]

  var body: [LayerConfiguration]
  var gate: [LayerConfiguration]
  var bodies: [[LayerConfiguration]] { [body, gate] }

  func with(bodies: [[LayerConfiguration]]) -> Self { Self(body: bodies[0], gate: bodies[1]) }

  enum CodingKeys: CodingKey, CaseIterable {
    case body, gate
  }

  init(body: [LayerConfiguration], gate: [LayerConfiguration]) {
    self.body = body
    self.gate = gate
  }

  init(from decoder: any Decoder) throws {
    let settings = try decoder.layerSettings(CodingKeys.self)
    body = try settings.decode([LayerConfiguration].self, forKey: .body)
    gate = try settings.decode([LayerConfiguration].self, forKey: .gate)
  }

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    let body = try site.body(body, "body")
    let gate = try site.body(gate, "gate")
    let (result, share) = (body.outputShape(site.input), gate.outputShape(site.input))
    guard result == share else {
      throw site.fault(
        "its body turns \(site.input) into \(result), its gate into \(share), so they can't be multiplied")
    }
    return Gating(body, gate: gate)
  }
}

extension LayerConfiguration {
  /// The body's result, scaled by the gate.
  public static func gating(_ body: [LayerConfiguration], gate: [LayerConfiguration]) -> Self {
    Self(GatingSettings(body: body, gate: gate))
  }
}
