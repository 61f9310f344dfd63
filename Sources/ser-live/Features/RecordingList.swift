import Glibc
import Support
import Training

/// The recordings of a command line, and the names of their arrays.
struct RecordingList {
  struct Entry: Sendable, Equatable {
    let path: String
    /// The name of its array within a folder, without extension: the recording's path below the named folder, or its
    /// own name, made unique.
    var name: String
  }

  private(set) var entries: [Entry] = []
  /// Folders that are unreadable or contain no recording, a sentence each.
  private(set) var failures: [OperationError] = []
  /// Other files in the folders.
  private(set) var passedOver = PassedOver()
  /// Whether there are several arrays: a folder was named, or more than one recording.
  let isMany: Bool

  /// - Parameters:
  ///   - paths: of recordings and folders.
  ///   - reserved: a name that is not available to arrays.
  ///   - stop: ends the search when it is set; the results up to then are kept.
  /// - Throws: where there is no recording, because folders are unreadable or contain none.
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
      // With several folders, each keeps its name.
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

  /// The contents of a folder, including nested ones.
  struct Contents {
    /// Sorted by their paths.
    var recordings: [String] = []
    var passedOver = PassedOver()
    /// Errors of unreadable folders or of a folder without recordings, a sentence each.
    var failures: [OperationError] = []
  }

  /// - Parameter tree: walks the folder; folders that it has walked before are omitted.
  /// - Returns: empty contents where a stop ended the walk.
  static func contents(of folder: String, _ tree: inout FileTree) -> Contents {
    let found = tree.walk(folder)
    guard found.isWhole else { return Contents() }
    let (recordings, passedOver) = PassedOver.sort(found)
    if recordings.isEmpty, found.unreadable.isEmpty, !found.folders.isEmpty {
      // The error already lists the other files, so they are not reported again.
      return Contents(failures: [passedOver.noRecordings(in: folder)])
    }
    return Contents(recordings: recordings, passedOver: passedOver, failures: found.unreadable)
  }

  /// Recordings that differ only in their extension keep it; names that are still equal are numbered.
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

  /// Resolves `.` and `..`.
  private static func name(ofFolder path: String) -> String {
    guard let resolved = realpath(path.cPath, nil) else { return "folder" }
    defer { free(resolved) }
    // SAFETY: `realpath` returns a terminated string, which is copied.
    return String(cPath: resolved).pathComponents.last ?? "folder"
  }

  /// The path without its extension: `a/b.wav` is `a/b`.
  private static func stem(_ path: String) -> String { String(path.dropLast(end(path).count)) }

  /// The extension with its point, such as `.wav`; empty where there is none.
  private static func end(_ path: String) -> String {
    let name = path.pathComponents.last ?? ""
    guard let point = name.lastIndex(of: "."), point > name.startIndex else { return "" }
    return String(name[point...])
  }
}
