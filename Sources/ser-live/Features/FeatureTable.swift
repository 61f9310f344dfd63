import Models
import Streaming

/// The feature rows of a recording.
struct FeatureTable: Sendable, Equatable {
  /// Names of the columns.
  let columns: [String]
  /// [frames × columns]
  let values: [Float]
  /// Their ranges in the recording, in order.
  let rows: [Range<Int>]

  /// Number of rows.
  var frames: Int { values.count / columns.count }

  /// As a table: the start time of a row's window, in seconds, then its columns.
  ///
  /// - Parameter geometry: for the start times of rows.
  func commaSeparated(_ geometry: Geometry) -> [UInt8] {
    var table = CommaSeparated()
    table.add("time")
    for name in columns { table.add(name) }
    table.endLine()
    var start = 0
    for row in rows.joined() {
      table.add(geometry.start(ofRow: row))
      for value in values[start..<start + columns.count] { table.add(value) }
      table.endLine()
      start += columns.count
    }
    return table.bytes
  }

  /// Statistics of each column over all rows; at least one row is required.
  func summary(_ statistics: [Statistic]) -> [Float] {
    var functionals = Functionals(columns: columns.indices, statistics: statistics, capacity: frames)
    let width = columns.count
    for frame in 0..<frames { functionals.add(values.span.extracting(frame * width..<(frame + 1) * width)) }
    var summary = [Float](repeating: 0, count: functionals.outputWidth)
    var span = summary.mutableSpan
    functionals.read(into: &span)
    return summary
  }
}
