import Glibc
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
  /// Whether several arrays are made: a folder was named, or more than one recording.
  let isMany: Bool

  /// Ends of the names that are taken for recordings in folders.
  private static let ends = [
    ".wav", ".flac", ".ogg", ".oga", ".opus", ".mp3", ".aiff", ".aif", ".aifc", ".au", ".caf", ".w64", ".rf64",
  ]

  /// - Parameters:
  ///   - paths: of recordings and of folders that hold some.
  ///   - reserved: a name that no array may have.
  /// - Throws: where a folder cannot be read or holds no recording.
  init(_ paths: [String], reserved: String) throws(TrainingError) {
    var hasFolder = false
    for path in paths {
      guard Self.isFolder(path) else {
        entries.append(Entry(path: path, name: Self.stem(path.split(separator: "/").last.map(String.init) ?? path)))
        continue
      }
      hasFolder = true
      let files = try Self.recordings(below: path)
      // Of several folders each keeps its name.
      let prefix = paths.count > 1 ? Self.name(ofFolder: path) + "/" : ""
      let start = path.hasSuffix("/") ? path.utf8.count : path.utf8.count + 1
      entries += files.map { file in
        Entry(path: file, name: prefix + Self.stem(String(decoding: file.utf8.dropFirst(start), as: UTF8.self)))
      }
    }
    isMany = hasFolder || entries.count > 1
    makeUnique(reserved)
  }

  /// The recordings in a folder and in those below it, sorted by their paths.
  ///
  /// - Throws: where the folder cannot be read or holds none.
  static func recordings(below folder: String) throws(TrainingError) -> [String] {
    let files = try FileTree.files(below: folder).filter { file in
      let lowered = file.lowercased()
      return ends.contains(where: lowered.hasSuffix)
    }
    guard !files.isEmpty else {
      throw TrainingError(.noInput, "\(folder) holds no recordings; WAV, FLAC, OGG and MP3 are, for example")
    }
    return files
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

  static func isFolder(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }

  /// `.` and `..` by their true names.
  private static func name(ofFolder path: String) -> String {
    guard let resolved = realpath(path, nil) else { return "folder" }
    defer { free(resolved) }
    // SAFETY: `realpath` gives a terminated string, which is copied.
    return String(cString: resolved).split(separator: "/").last.map(String.init) ?? "folder"
  }

  /// The path without its last end: `a/b.wav` is `a/b`.
  private static func stem(_ path: String) -> String { String(path.dropLast(end(path).count)) }

  /// The last end with its point, such as `.wav`; nothing where there is none.
  private static func end(_ path: String) -> String {
    let name = path.split(separator: "/").last ?? ""
    guard let point = name.lastIndex(of: "."), point > name.startIndex else { return "" }
    return String(name[point...])
  }
}
