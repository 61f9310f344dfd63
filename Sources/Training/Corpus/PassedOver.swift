import Capture
import Support

/// Counts of files in folders that are not recordings.
package struct PassedOver: Equatable {
  /// Number of files for each extension of audio or video in unsupported formats.
  private var foreign: [String: Int] = [:]
  /// Number of all others.
  private var others = 0

  package init() {}

  /// Separates the recordings below a folder from all other files.
  package static func sort(_ contents: FileTree.Contents) -> (recordings: [String], passedOver: PassedOver) {
    var passedOver = PassedOver()
    passedOver.others = contents.others
    let recordings = contents.files.filter { path in
      switch FileKind(name: path) {
      case .recording: return true
      case .foreign: passedOver.foreign[FileKind.end(path), default: 0] += 1
      case .archive, .other: passedOver.others += 1
      }
      return false
    }
    return (recordings, passedOver)
  }

  package static func += (sum: inout PassedOver, one: PassedOver) {
    sum.foreign.merge(one.foreign, uniquingKeysWith: +)
    sum.others += one.others
  }

  /// Whether any of them is audio or video.
  package var holdsSound: Bool { !foreign.isEmpty }

  /// A sentence without its end; nil where there are no such files.
  package var sentence: String? {
    let count = foreign.values.reduce(others, +)
    guard count > 0 else { return nil }
    let files = "passed over \(count) \(count == 1 ? "file" : "files")"
    return foreign.isEmpty
      ? "\(files) that \(count == 1 ? "is no recording" : "are no recordings")" : "\(files): \(list)"
  }

  /// The counts of each format, the most frequent first, and how to convert it.
  private var list: String {
    let ends = foreign.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var parts = ends.map { "\($0.value) .\($0.key)" }
    parts[parts.count - 1] += " (to convert one: ffmpeg -i NAME.\(ends.last!.key) NAME.wav)"
    if others > 0 { parts.append("\(others) \(others == 1 ? "other" : "others")") }
    return parts.joined(separator: ", ")
  }

  /// The error for a folder without readable recordings.
  package func noRecordings(in folder: String) -> OperationError {
    OperationError(
      .noInput,
      "\(folder) holds no recordings"
        + (foreign.isEmpty ? "; WAV, FLAC, OGG and MP3 are, for example" : " that can be read, but \(list)"))
  }
}
