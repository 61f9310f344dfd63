/// File formats of feature arrays.
enum ArrayFormat: String, CaseIterable, Sendable {
  /// NumPy's format, with a description as JSON beside it.
  case npy
  /// A table with a header.
  case csv

  /// - Parameter path: nil where its extension is unknown.
  init?(path: String) {
    guard let format = Self.allCases.first(where: { path.hasSuffix(".\($0.rawValue)") }) else { return nil }
    self = format
  }
}
