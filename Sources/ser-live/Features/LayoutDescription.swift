import Streaming

/// The contents of a row, as text and as JSON.
struct LayoutDescription: Encodable, Sendable {
  struct Entry: Encodable, Sendable {
    /// Its name in column names: the feature's name in configurations, prefixed with `delta_` for derivatives.
    let feature: String
    /// Its first column, from 0.
    let first: Int
    /// Number of its columns.
    let columns: Int
    /// Empty where dimensionless.
    let unit: String
    let definition: String

    /// From the first to the last column.
    fileprivate var range: String { columns == 1 ? "\(first)" : "\(first)–\(first + columns - 1)" }
  }

  let geometry: Geometry
  let features: [Entry]
  /// Names of all columns.
  let columns: [String]

  init(_ configuration: FrontEndConfiguration) {
    let layout = FeatureLayout(configuration)
    geometry = Geometry(configuration)
    features = layout.blocks.map { block in
      Entry(
        feature: block.name, first: block.columns.lowerBound, columns: block.columns.count,
        unit: block.unit(configuration), definition: block.summary(configuration))
    }
    columns = layout.columnNames
  }

  /// A line about the geometry, then a table.
  var lines: [String] {
    let rate = Double(geometry.sampleRate)
    func milliseconds(_ samples: Int) -> String { (1000 * Double(samples) / rate).decimals(3, trimmed: true) }
    let ranges = features.map(\.range)
    func width(_ texts: [String], _ title: String) -> Int { texts.reduce(title.count) { max($0, $1.count) } + 2 }
    let rangeWidth = width(ranges, "columns")
    let nameWidth = width(features.map(\.feature), "feature")
    let unitWidth = width(features.map(\.unit), "unit")
    func line(_ range: String, _ name: String, _ unit: String, _ definition: String) -> String {
      range.padded(to: rangeWidth) + name.padded(to: nameWidth) + (unit.isEmpty ? "—" : unit).padded(to: unitWidth)
        + definition
    }
    return [
      "\(columns.count) columns, \((rate / Double(geometry.hop)).decimals(3, trimmed: true)) frames a second, of sound at "
        + "\(geometry.sampleRate) Hz",
      "window \(milliseconds(geometry.window)) ms (\(geometry.window) samples, \(geometry.windowShape.rawValue)), "
        + "hop \(milliseconds(geometry.hop)) ms (\(geometry.hop) samples), FFT of \(geometry.fftSize) points",
      "", line("columns", "feature", "unit", "definition"),
    ] + zip(ranges, features).map { line($0, $1.feature, $1.unit, $1.definition) }
  }
}
