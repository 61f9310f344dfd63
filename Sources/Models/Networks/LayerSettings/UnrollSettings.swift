/// `{layer: unroll, body: […]}`
struct UnrollSettings: LayerSettings {
  static let names = ["unroll"]

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

  /// A body is recomputed at each hop.
  private static let mostRows = 8192

  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer {
    let width = site.input.columns
    guard 2...Self.mostRows ~= width else {
      throw site.fault("\(site.input) comes in, but it takes 2 to \(Self.mostRows) columns")
    }
    guard !body.isEmpty else { throw site.fault("its body has no layers") }
    let unrolled = RowShape(rows: .known(width), columns: 1)
    let layers = try site.build(body, "body", input: unrolled, isUnrolled: true)
    let output = layers.outputShape(unrolled)
    guard output.rows == .known(1) else {
      throw site.fault(
        "its body turns \(unrolled) into \(output), but must leave one row: let it end in a flatten or a pooling")
    }
    return Unroll(width: width, layers)
  }
}

extension LayerConfiguration {
  /// Layers along the columns of each row.
  public static func unroll(_ body: [LayerConfiguration]) -> Self { Self(UnrollSettings(body: body)) }
}
