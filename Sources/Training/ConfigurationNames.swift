import Models
import Streaming
import Support

extension KeyedDecodingContainer {
  /// Reads one of several names into `value`, which keeps its default where the key is absent.
  ///
  /// - Throws: a `ConfigurationError` with the valid names where the name is unknown.
  func readName<Name: RawRepresentable & CaseIterable>(
    _ key: Key, into value: inout Name
  ) throws where Name.RawValue == String {
    guard let text = try decodeIfPresent(String.self, forKey: key) else { return }
    guard let name = Name(rawValue: text) else {
      throw ConfigurationError(
        key: (codingPath + [key]).map(\.stringValue).joined(separator: "."),
        message: "there is no '\(text)' here; there are \(Name.allCases.map(\.rawValue).joined(separator: ", "))"
          + suggestion(for: text, among: Name.allCases.map(\.rawValue)))
    }
    value = name
  }

  /// Rejects keys that have no effect with the chosen name.
  ///
  /// - Throws: a `ConfigurationError` for the first of them.
  func refuse(_ keys: some Sequence<Key>, with name: String) throws {
    if let key = keys.first(where: contains) {
      throw ConfigurationError(
        key: (codingPath + [key]).map(\.stringValue).joined(separator: "."), message: "'\(name)' has no such setting")
    }
  }
}
