import Glibc
import Models
import Streaming
import Support

/// Files with feature rows.
enum ArrayFile {
  /// Metadata of an array in NumPy's format.
  private struct Description: Encodable {
    /// The position of a part of the recording among the rows of the array.
    struct Utterance: Encodable {
      let firstFrame: Int
      let frames: Int
      /// Seconds from the first sample of the recording to the window of the first row.
      let start: Double
    }

    let recording: String
    let frames: Int
    let columns: [String]
    let geometry: Geometry
    /// nil for rows of the whole recording.
    let utterances: [Utterance]?
  }

  /// Metadata of a table of statistics, one row per recording, in NumPy's format.
  private struct SummaryDescription: Encodable {
    let recordings: [String]
    let labels: [String]
    /// nil where channels are not separate.
    let channels: [Int]?
    let columns: [String]
    let geometry: Geometry
  }

  /// Writes the rows of a recording.
  ///
  /// - Parameters:
  ///   - path: of the file; in NumPy's format a description ending in `.json` is added.
  ///   - recording: the source of the rows.
  ///   - isWhole: whether they are those of the whole recording.
  static func write(
    _ table: FeatureTable, _ geometry: Geometry, to path: String, _ format: ArrayFormat, recording: String,
    isWhole: Bool
  ) throws(OperationError) {
    switch format {
    case .csv: try write(table.commaSeparated(geometry), to: path)
    case .npy:
      try write(NumPyFile.encode(table.values, columns: table.columns.count), to: path)
      var first = 0
      let utterances = table.rows.map { rows in
        defer { first += rows.count }
        return Description.Utterance(
          firstFrame: first, frames: rows.count, start: geometry.start(ofRow: rows.lowerBound))
      }
      let description = Description(
        recording: recording.legible, frames: table.frames, columns: table.columns, geometry: geometry,
        utterances: isWhole ? nil : utterances)
      try write(JSONText.encode(description), to: descriptionPath(path))
    }
  }

  /// Writes statistics, one row per recording.
  static func write(
    _ summaries: [Summary], columns: [String], _ geometry: Geometry, to path: String, _ format: ArrayFormat
  ) throws(OperationError) {
    switch format {
    case .csv:
      var table = CommaSeparated()
      let channel = summaries.contains { $0.channel != nil } ? ["channel"] : []
      for name in ["path", "frames"] + RecordingFacts.columns + channel + columns { table.add(name) }
      table.endLine()
      for summary in summaries {
        table.add(summary.path.legible)
        table.add(String(summary.frames))
        for fact in RecordingFacts(path: summary.path).fields { table.add(fact) }
        if let channel = summary.channel { table.add(String(channel)) }
        for value in summary.values { table.add(value) }
        table.endLine()
      }
      try write(table.bytes, to: path)
    case .npy:
      try write(NumPyFile.encode(summaries.flatMap(\.values), columns: columns.count), to: path)
      let description = SummaryDescription(
        recordings: summaries.map(\.path.legible), labels: summaries.map { RecordingFacts(path: $0.path).label },
        channels: summaries.contains { $0.channel != nil } ? summaries.map { $0.channel ?? 1 } : nil,
        columns: columns, geometry: geometry)
      try write(JSONText.encode(description), to: descriptionPath(path))
    }
  }

  /// Statistics of one recording or one of its channels.
  struct Summary: Sendable {
    let path: String
    let frames: Int
    /// From 1; nil where channels are not separate.
    var channel: Int?
    let values: [Float]
  }

  /// Checks that an array can be written, before long computations.
  ///
  /// - Throws: the errors of `OutputPlace`.
  static func tryPlace(_ path: String, _ format: ArrayFormat) throws(OperationError) {
    try OutputPlace.tryFile(path)
    if format == .npy { try OutputPlace.tryFile(descriptionPath(path)) }
  }

  private static func descriptionPath(_ path: String) -> String { path.dropLast(".npy".count) + ".json" }

  /// Writes a file atomically.
  static func write(_ bytes: [UInt8], to path: String) throws(OperationError) {
    do throws(WholeFile.Failure) {
      // Features can be recomputed at any time: a folder of thousands need not wait for the disk at each.
      try WholeFile.write(bytes, to: path, flushed: false)
    } catch {
      throw OperationError(.inputOutput, "cannot write \(path): \(systemMessage(error.code))")
    }
  }

  /// Creates a folder and missing parents.
  static func makeFolder(_ path: String) throws(OperationError) {
    if mkdir(path.cPath, 0o777) == 0 { return }
    var failure = errno
    if failure == ENOENT, let slash = path.lastIndex(of: "/"), slash > path.startIndex {
      try makeFolder(String(path[..<slash]))
      if mkdir(path.cPath, 0o777) == 0 { return }
      failure = errno
    }
    // Another thread may have created it meanwhile.
    if failure == EEXIST, path.isFolder { return }
    throw OperationError(.inputOutput, "cannot make the folder \(path): \(systemMessage(failure))")
  }
}
