import Support

/// The settings of a layer in a configuration, next to `layer: NAME`: one type for each kind of layer.
///
/// `Codable` covers only the settings, without the name: `encode` adds them to an object that already has it, and
/// `init(from:)` reads them with `Decoder.layerSettings`. A type with several names reads its name with
/// `Decoder.layerName`.
protocol LayerSettings: Codable, Equatable, Sendable {
  /// The layer names of this type.
  static var names: [String] { get }

  /// The name of this layer.
  var name: String { get }

  /// The nested layers, in the order of the layer's `bodies`.
  var bodies: [[LayerConfiguration]] { get }

  /// The same settings with other nested layers, with the same number of bodies.
  func with(bodies: [[LayerConfiguration]]) -> Self

  /// Builds the layer.
  ///
  /// - Throws: where it does not fit, or a setting is out of range.
  func build(at site: LayerSite) throws(NetworkConfigurationError) -> any Layer
}

extension LayerSettings {
  var name: String { Self.names[0] }

  var bodies: [[LayerConfiguration]] { [] }

  func with(bodies: [[LayerConfiguration]]) -> Self { self }

  func equals(_ other: any LayerSettings) -> Bool { other as? Self == self }
}

enum LayerKey: String, CodingKey {
  case layer
}

extension Decoder {
  func layerName() throws -> String {
    try container(keyedBy: LayerKey.self).decode(String.self, forKey: .layer)
  }

  /// The kind of layer for the layer's name.
  func layerKind<Kind: RawRepresentable<String>>() throws -> Kind {
    let name = try layerName()
    guard let kind = Kind(rawValue: name) else { preconditionFailure("'\(name)' is among the names, but no kind") }
    return kind
  }

  /// The settings of a layer; rejects all other keys.
  func layerSettings<Key: CodingKey & CaseIterable>(_ keys: Key.Type) throws -> KeyedDecodingContainer<Key> {
    if let stray = try strayKey(besides: [LayerKey.layer.rawValue] + Key.allCases.map(\.stringValue)) {
      throw DecodingError.dataCorrupted(
        DecodingError.Context(
          codingPath: codingPath + [stray],
          debugDescription: "the layer '\(try layerName())' has no setting '\(stray.stringValue)'"
            + suggestion(for: stray.stringValue, among: Key.allCases.map(\.stringValue))))
    }
    return try container(keyedBy: keys)
  }

  /// Throws if the layer has any settings.
  func noLayerSettings() throws {
    _ = try layerSettings(NoKey.self)
  }
}

private enum NoKey: CodingKey, CaseIterable {}
