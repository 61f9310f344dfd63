/// One readable sentence for a Swift decoding error.
///
/// - Parameters:
///   - whole: the name of the decoded document, for errors without a coding path.
///   - explain: describes an error in the text itself, as its decoder found it; nil where it cannot.
package func decodingSentence(
  _ error: any Error, whole: String, explain: (any Error) -> String? = { _ in nil }
) -> String {
  func place(_ path: [any CodingKey], _ last: (any CodingKey)? = nil) -> String {
    let keys = path + (last.map { [$0] } ?? [])
    return keys.isEmpty
      ? whole : "'" + keys.map { $0.intValue.map { "[\($0)]" } ?? $0.stringValue }.joined(separator: ".") + "'"
  }
  switch error {
  case DecodingError.keyNotFound(let key, let context): return "\(place(context.codingPath, key)) is missing"
  case DecodingError.typeMismatch(_, let context), DecodingError.valueNotFound(_, let context):
    return "\(place(context.codingPath)) has a value of the wrong type: \(context.debugDescription)"
  case DecodingError.dataCorrupted(let context):
    if let said = context.underlyingError.flatMap(explain) { return said }
    return "\(place(context.codingPath)): \(context.debugDescription)"
  default: return explain(error) ?? "\(error)"
  }
}
