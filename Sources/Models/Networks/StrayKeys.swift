/// Any key, so that error messages can name a misspelt one.
package struct AnyKey: CodingKey {
  package let stringValue: String
  package var intValue: Int? { nil }
  package init(stringValue: String) { self.stringValue = stringValue }
  package init?(intValue: Int) { nil }
}

extension Decoder {
  /// An unknown key that is present: most likely misspelt, so that its setting would be ignored silently.
  package func strayKey(besides known: some Sequence<String>) throws -> AnyKey? {
    let known = Set(known)
    return try container(keyedBy: AnyKey.self).allKeys.first { !known.contains($0.stringValue) }
  }
}

extension KeyedDecodingContainer {
  /// Reads `key` into `value`, which keeps its default where the key is absent.
  package func read<Value: Decodable>(_ key: Key, into value: inout Value) throws {
    value = try decodeIfPresent(Value.self, forKey: key) ?? value
  }
}
