import FoundationEssentials

/// JSON for files and for `--format json`: indented, keys in alphabetical order.
enum JSONText {
  static func encode(_ value: some Encodable) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    encoder.keyEncodingStrategy = .convertToSnakeCase
    // Strings, booleans and finite numbers always encode.
    return try! Array(encoder.encode(value)) + Array("\n".utf8)
  }
}
