import Glibc
import Support
import Training

/// The recordings that a command line names, and what their arrays are called.
struct RecordingList {
  struct Entry: Sendable, Equatable {
    let path: String
    /// Of its array within a folder, without an end: the recording's place below the folder that was named, or its own
    /// name, made unique.
    var name: String
  }

  private(set) var entries: [Entry] = []
  /// Folders that cannot be read or hold no recording, a sentence each.
  private(set) var failures: [OperationError] = []
  /// What folders hold beside recordings.
  private(set) var passedOver = PassedOver()
  /// Whether several arrays are made: a folder was named, or more than one recording.
  let isMany: Bool

  /// - Parameters:
  ///   - paths: of recordings and of folders that hold some.
  ///   - reserved: a name that no array may have.
  ///   - stop: ends the search once it is set; what was found up to then is there.
  /// - Throws: where there is no recording, as folders cannot be read or hold none.
  init(_ paths: [String], reserved: String, stop: StopFlag = StopFlag()) throws(OperationError) {
    var hasFolder = false
    for path in paths {
      guard path.isFolder else {
        entries.append(Entry(path: path, name: Self.stem(path.pathComponents.last ?? path)))
        continue
      }
      hasFolder = true
      var tree = FileTree(stop: stop)
      let contents = Self.contents(of: path, &tree)
      failures += contents.failures
      passedOver += contents.passedOver
      // Of several folders each keeps its name.
      let prefix = paths.count > 1 ? Self.name(ofFolder: path) + "/" : ""
      let start = path.hasSuffix("/") ? path.utf8.count : path.utf8.count + 1
      entries += contents.recordings.map { file in
        Entry(path: file, name: prefix + Self.stem(String(decoding: file.utf8.dropFirst(start), as: UTF8.self)))
      }
    }
    if entries.isEmpty, let failure = failures.first { throw failure }
    isMany = hasFolder || entries.count > 1
    makeUnique(reserved)
  }

  /// What a folder and those below it hold.
  struct Contents {
    /// Sorted by their paths.
    var recordings: [String] = []
    var passedOver = PassedOver()
    /// That folders cannot be read, or that there is no recording, a sentence each.
    var failures: [OperationError] = []
  }

  /// - Parameter tree: walks the folder; what it has walked before is left out.
  /// - Returns: nothing where a stop ended the walk.
  static func contents(of folder: String, _ tree: inout FileTree) -> Contents {
    let found = tree.walk(folder)
    guard found.isWhole else { return Contents() }
    let (recordings, passedOver) = PassedOver.sort(found)
    if recordings.isEmpty, found.unreadable.isEmpty, !found.folders.isEmpty {
      // The error says what there is instead, so it is not said once more as passed over.
      return Contents(failures: [passedOver.noRecordings(in: folder)])
    }
    return Contents(recordings: recordings, passedOver: passedOver, failures: found.unreadable)
  }

  /// Recordings that differ in their end only keep it; what is still the same is numbered.
  private mutating func makeUnique(_ reserved: String) {
    let counts = Dictionary(entries.map { ($0.name, 1) }, uniquingKeysWith: +)
    for index in entries.indices where counts[entries[index].name]! > 1 || entries[index].name == reserved {
      entries[index].name += Self.end(entries[index].path)
    }
    var taken: Set = [reserved]
    for index in entries.indices {
      let name = entries[index].name
      var number = 1
      while !taken.insert(entries[index].name).inserted {
        number += 1
        entries[index].name = "\(name)-\(number)"
      }
    }
  }

  /// `.` and `..` by their true names.
  private static func name(ofFolder path: String) -> String {
    guard let resolved = realpath(path.cPath, nil) else { return "folder" }
    defer { free(resolved) }
    // SAFETY: `realpath` gives a terminated string, which is copied.
    return String(cPath: resolved).pathComponents.last ?? "folder"
  }

  /// The path without its last end: `a/b.wav` is `a/b`.
  private static func stem(_ path: String) -> String { String(path.dropLast(end(path).count)) }

  /// The last end with its point, such as `.wav`; nothing where there is none.
  private static func end(_ path: String) -> String {
    let name = path.pathComponents.last ?? ""
    guard let point = name.lastIndex(of: "."), point > name.startIndex else { return "" }
    return String(name[point...])
  }
}
