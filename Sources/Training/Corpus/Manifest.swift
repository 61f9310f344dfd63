import Glibc
import Streaming
import Support

/// A corpus described by a table (CSV, RFC 4180) whose first line names its columns.
///
/// `path`, `label` and `speaker` are required; `gender`, `intensity` and `statement` are optional; other columns are
/// ignored. Paths are relative to the table's folder. Labels are names of emotions, in this program's or in other
/// common words.
public enum Manifest {
  /// The meaning of a column, and its possible names, by precedence.
  private enum Column: CaseIterable {
    case path, label, speaker, gender, intensity, statement

    var names: [String] {
      switch self {
      case .path: ["path", "file", "filename", "file_name", "audio", "wav"]
      case .label: ["label", "emotion"]
      case .speaker: ["speaker", "speaker_id", "actor", "subject"]
      case .gender: ["gender", "sex"]
      case .intensity: ["intensity"]
      case .statement: ["statement", "sentence", "sentence_id", "text", "transcript"]
      }
    }

    var isNeeded: Bool { self == .path || self == .label || self == .speaker }
  }

  /// Whether a path looks like a manifest rather than a folder.
  public static func isManifest(_ path: String) -> Bool {
    let path = path.lowercased()
    return path.hasSuffix(".csv") || path.hasSuffix(".tsv")
  }

  /// Reads a manifest; `.tsv` is separated by tabs. The corpus has the name of the file, or of its folder where the
  /// file is called `manifest`.
  ///
  /// - Throws: an `OperationError` where it is unreadable, is not such a table, has a duplicate column, lacks a column
  ///   or a value, or contains a recording twice or a missing one.
  public static func read(_ path: String) throws(OperationError) -> Corpus {
    let separator = UInt8(ascii: path.lowercased().hasSuffix(".tsv") ? "\t" : ",")
    let table = try CSV(FileContents.read(path), name: path, separator: separator)
    guard let header = table.records.first else { throw OperationError(.badData, "\(path) is empty") }
    let columns = try self.columns(header.fields, of: path)
    guard table.records.count > 1 else { throw OperationError(.badData, "\(path) names no recordings") }

    var entries: [Entry] = []
    for record in table.records.dropFirst() {
      entries.append(try Entry(record, columns, header: header.fields, manifest: path))
    }
    try checkFiles(entries, manifest: path)

    let name = self.name(path)
    let labels = LabelSet(
      emotions: EmotionNames.ordered(entries.map(\.emotion)), genders: RAVDESS.labels.genders)
    let statements = Set(entries.compactMap(\.statement)).sorted { ($0.count, $0) < ($1.count, $1) }
    var corpus = Corpus(name: name, licence: "the terms of \(name)", labels: labels, clips: [], skipped: [])
    corpus.statements = statements
    corpus.clips = entries.map { entry in
      Clip(
        path: entry.path, speaker: entry.speaker, emotion: labels.emotions.firstIndex(of: entry.emotion)!,
        gender: entry.gender.flatMap(labels.genders.firstIndex(of:)), intensity: entry.intensity,
        statement: entry.statement.flatMap(statements.firstIndex(of:)), pathInCorpus: entry.pathInCorpus)
    }
    let unknown = Set(entries.compactMap(\.unknownGender)).sorted()
    if !unknown.isEmpty {
      corpus.remarks.append("\(name): the genders \(unknown.joined(separator: ", ")) count as not known")
    }
    return corpus
  }

  /// One line of the table, with normalised names.
  private struct Entry {
    var line: Int
    var path: String
    /// As in the table; nil for an absolute path.
    var pathInCorpus: String?
    var emotion: String
    var speaker: String
    var gender: String?
    var unknownGender: String?
    var intensity: Int?
    var statement: String?

    init(_ record: CSV.Record, _ columns: [Column: Int], header: [String], manifest: String) throws(OperationError) {
      let place = "\(manifest) line \(record.line)"
      guard record.fields.count == header.count else {
        throw OperationError(
          .badData,
          "\(place) has \(record.fields.count) fields, the header has \(header.count): quote fields that hold commas")
      }
      func value(_ column: Column) throws(OperationError) -> String? {
        guard let index = columns[column] else { return nil }
        let value = record.fields[index].trimmed
        if value.isEmpty, column.isNeeded { throw OperationError(.badData, "\(place) has no \(header[index])") }
        // File names are bytes; all other fields are text.
        if value.hasStrayBytes, column != .path {
          throw OperationError(
            .badData, "\(place): the \(header[index]) '\(value)' is not UTF-8: save the table as UTF-8")
        }
        return value.isEmpty ? nil : value
      }
      line = record.line
      let written = try value(.path)!
      let folder = manifest.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
      pathInCorpus = written.hasPrefix("/") ? nil : written
      path = written.hasPrefix("/") || !manifest.contains("/") ? written : "\(folder)/\(written)"
      emotion = EmotionNames.name(try value(.label)!)
      speaker = try value(.speaker)!
      switch try value(.gender)?.lowercased() {
      case "female", "f", "woman", "w": gender = "female"
      case "male", "m", "man": gender = "male"
      case nil, "unknown": break
      case let other?: unknownGender = other
      }
      switch try value(.intensity)?.lowercased() {
      case "normal", "low", "medium", "1": intensity = 0
      case "strong", "high", "2": intensity = 1
      case nil, "unknown", "unspecified": break
      case let other?:
        throw OperationError(.badData, "\(place): the intensity '\(other)' is neither normal nor strong")
      }
      statement = try value(.statement)
    }
  }

  private static func columns(_ header: [String], of path: String) throws(OperationError) -> [Column: Int] {
    let names = header.map { $0.trimmed.lowercased() }
    for (index, name) in names.enumerated() where !name.isEmpty && names[..<index].contains(name) {
      throw OperationError(.badData, "\(path) has two columns '\(name)': rename or remove the one that does not count")
    }
    var columns: [Column: Int] = [:]
    for column in Column.allCases {
      for name in column.names where columns[column] == nil { columns[column] = names.firstIndex(of: name) }
      guard columns[column] != nil || !column.isNeeded else {
        throw OperationError(
          .badData,
          "\(path) has no column '\(column.names[0])': its first line must name path, label and speaker, and names "
            + header.joined(separator: ", "))
      }
    }
    return columns
  }

  /// Checks that every file exists and is listed once.
  private static func checkFiles(_ entries: [Entry], manifest: String) throws(OperationError) {
    // By bytes: names with different Unicode normalisations are different files.
    var lines: [[UInt8]: Int] = [:]
    var missing: [Entry] = []
    for entry in entries {
      if let first = lines.updateValue(entry.line, forKey: Array(entry.path.utf8)) {
        throw OperationError(.badData, "\(manifest) names \(entry.path) twice, in the lines \(first) and \(entry.line)")
      }
      if access(entry.path.cPath, F_OK) != 0 { missing.append(entry) }
    }
    if let first = missing.first {
      throw OperationError(
        .noInput,
        "\(manifest) names \(missing.count) of its \(entries.count) recordings that are not there, the first in line "
          + "\(first.line): \(first.path)")
    }
  }

  private static func name(_ path: String) -> String {
    let parts = path.split(separator: "/")
    let file = parts[parts.count - 1].dropLast(4)
    let folder = parts.dropLast().last { $0 != "." && $0 != ".." }
    return String(file.lowercased() == "manifest" ? folder ?? file : file)
  }
}

extension String {
  /// Without leading and trailing white space.
  fileprivate var trimmed: String {
    String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
  }
}
