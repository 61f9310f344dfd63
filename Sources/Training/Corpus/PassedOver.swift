import Capture
import Support

/// What folders hold beside recordings, counted.
package struct PassedOver: Equatable {
  /// How many files there are of each end that means sound or video in a form that cannot be read.
  private var foreign: [String: Int] = [:]
  /// All others.
  private var others = 0

  package init() {}

  /// Parts the recordings below a folder from all else.
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

  /// Whether sound or video is among it.
  package var holdsSound: Bool { !foreign.isEmpty }

  /// A sentence without its end; nil where nothing was passed over.
  package var sentence: String? {
    let count = foreign.values.reduce(others, +)
    guard count > 0 else { return nil }
    let files = "passed over \(count) \(count == 1 ? "file" : "files")"
    return foreign.isEmpty
      ? "\(files) that \(count == 1 ? "is no recording" : "are no recordings")" : "\(files): \(list)"
  }

  /// The counts of each form, the most frequent first, and how it becomes a recording.
  private var list: String {
    let ends = foreign.sorted { ($1.value, $0.key) < ($0.value, $1.key) }
    var parts = ends.map { "\($0.value) .\($0.key)" }
    parts[parts.count - 1] += " (to convert one: ffmpeg -i NAME.\(ends.last!.key) NAME.wav)"
    if others > 0 { parts.append("\(others) \(others == 1 ? "other" : "others")") }
    return parts.joined(separator: ", ")
  }

  /// That a folder holds nothing that can be read.
  package func noRecordings(in folder: String) -> OperationError {
    OperationError(
      .noInput,
      "\(folder) holds no recordings"
        + (foreign.isEmpty ? "; WAV, FLAC, OGG and MP3 are, for example" : " that can be read, but \(list)"))
  }
}
