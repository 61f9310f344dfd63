import Models
import Support

extension Decoder {
  /// A section of a configuration in which every key is optional and no other key is allowed.
  ///
  /// - Throws: a `ConfigurationError` that names the unknown key and the valid keys.
  package func section<Key: CodingKey & CaseIterable>(_ keys: Key.Type) throws -> KeyedDecodingContainer<Key> {
    if let stray = try strayKey(besides: Key.allCases.map(\.stringValue)) {
      let path = (codingPath + [stray]).map(\.stringValue).joined(separator: ".")
      let valid = Key.allCases.map(\.stringValue)
      throw ConfigurationError(
        key: path,
        message: "there is no such setting here; there are \(valid.joined(separator: ", "))"
          + suggestion(for: stray.stringValue, among: valid))
    }
    return try container(keyedBy: keys)
  }

  /// Decodes one of a fixed set of names.
  ///
  /// - Parameter kind: what the names denote, for the error message.
  /// - Throws: a `ConfigurationError` that lists the valid names where the name is unknown.
  package func choice<Choice: RawRepresentable<String> & CaseIterable>(of kind: String) throws -> Choice {
    let name = try singleValueContainer().decode(String.self)
    if let choice = Choice(rawValue: name) { return choice }
    let path = codingPath.filter { $0.intValue == nil }.map(\.stringValue).joined(separator: ".")
    let valid = Choice.allCases.map(\.rawValue)
    throw ConfigurationError(
      key: path,
      message: "there is no \(kind) ‘\(name)’; valid are \(valid.joined(separator: ", "))"
        + suggestion(for: name, among: valid))
  }
}

extension CodingKey {
  /// Throws unless a configuration value is usable.
  ///
  /// - Parameters:
  ///   - holds: whether the value is usable.
  ///   - section: the section that contains the key.
  ///   - range: the allowed values, such as "between 0 and 1, not 3".
  package func require(_ holds: Bool, in section: String, _ range: String) throws(ConfigurationError) {
    if !holds { throw ConfigurationError(key: "\(section).\(stringValue)", message: "must be \(range)") }
  }
}
