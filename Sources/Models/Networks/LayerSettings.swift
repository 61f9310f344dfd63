import Support

/// What stands beside `layer: NAME` in a configuration: one type for each kind of layer.
///
/// `Codable` is about the settings only, without the name: `encode` adds them to an object that has it already, and
/// `init(from:)` reads them by `Decoder.layerSettings`. A type with several names finds out by `Decoder.layerName` which
/// one it was.
protocol LayerSettings: Codable, Equatable, Sendable {
  /// The names in configurations that it serves.
  static var names: [String] { get }

  /// The one that this is.
  var name: String { get }

  /// The layers inside, in the order of the layer's `bodies`.
  var bodies: [[LayerConfiguration]] { get }

  /// The same with other layers inside, as many bodies as there are.
  func with(bodies: [[LayerConfiguration]]) -> Self

  /// The layer.
  ///
  /// - Throws: where it does not fit, or a setting lies outside its range.
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

  /// Which of several kinds a layer's name means.
  func layerKind<Kind: RawRepresentable<String>>() throws -> Kind {
    let name = try layerName()
    guard let kind = Kind(rawValue: name) else { preconditionFailure("'\(name)' is among the names, but no kind") }
    return kind
  }

  /// The settings of a layer, which has no others.
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

  /// Makes sure that nothing stands beside a layer's name.
  func noLayerSettings() throws {
    _ = try layerSettings(NoKey.self)
  }
}

private enum NoKey: CodingKey, CaseIterable {}
