/// How arrays of features are written.
enum ArrayFormat: String, CaseIterable, Sendable {
  /// NumPy's, with a description as JSON beside it.
  case npy
  /// A table with a header.
  case csv

  /// - Parameter path: nil where its end is that of no format.
  init?(path: String) {
    guard let format = Self.allCases.first(where: { path.hasSuffix(".\($0.rawValue)") }) else { return nil }
    self = format
  }
}
