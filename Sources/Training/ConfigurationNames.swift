import Models
import Streaming
import Support

extension KeyedDecodingContainer {
  /// Reads one of several names into `value`, which keeps its default where the key is left out.
  ///
  /// - Throws: a `ConfigurationError` that lists the names where it is none of them.
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

  /// Refuses keys that mean nothing together with the name that was chosen.
  ///
  /// - Throws: a `ConfigurationError` that names the first of them.
  func refuse(_ keys: some Sequence<Key>, with name: String) throws {
    if let key = keys.first(where: contains) {
      throw ConfigurationError(
        key: (codingPath + [key]).map(\.stringValue).joined(separator: "."), message: "'\(name)' has no such setting")
    }
  }
}
