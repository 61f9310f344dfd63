import Glibc
import Support

/// Where pictures go.
enum PictureTarget: Equatable {
  /// One file for everything.
  case file(String)
  /// A folder, with a file for each kind: the recording's name, a hyphen, the kind.
  case folder(String, stem: String)

  /// - Parameters:
  ///   - path: a folder where it ends in a slash or is one.
  ///   - file: the recording.
  /// - Throws: `OperationError` where it is no folder and has no ending of a picture.
  init(_ path: String, file: String) throws(OperationError) {
    guard path.isFolder || path.hasSuffix("/") else {
      _ = try PictureFormat(path: path)
      self = .file(path)
      return
    }
    let name = file.lastPathComponent
    let stem = name.lastIndex(of: ".").map { name[..<$0] } ?? name[...]
    self = .folder(path.hasSuffix("/") ? path : path + "/", stem: stem.isEmpty ? name : String(stem))
  }

  /// Tries whether the pictures of these kinds can be written, before anything long begins.
  ///
  /// - Throws: as `OutputPlace`.
  func tryOut(_ kinds: [PlotKind]) throws(OperationError) {
    if case .folder(let path, _) = self {
      try OutputPlace.tryFolder(path, files: files(kinds).map { $0.path.lastPathComponent }, makesParents: true)
    } else {
      for file in files(kinds) { try OutputPlace.tryFile(file.path) }
    }
  }

  /// Where pictures of one of several channels go: the number stands behind the name.
  func of(channel: Int) -> PictureTarget {
    switch self {
    case .folder(let path, let stem): return .folder(path, stem: "\(stem)-\(channel)")
    case .file(let path):
      // It has an ending, else it would be no picture.
      let point = path.lastIndex(of: ".") ?? path.endIndex
      return .file("\(path[..<point])-\(channel)\(path[point...])")
    }
  }

  /// Makes the folder, and those above it, where they are missing.
  func prepare() throws(OperationError) {
    if case .folder(let path, _) = self { try ArrayFile.makeFolder(path) }
  }

  /// The files for these kinds, and what is in each.
  func files(_ kinds: [PlotKind]) -> [(path: String, kinds: [PlotKind])] {
    switch self {
    case .file(let path): [(path, kinds)]
    case .folder(let folder, let stem): kinds.map { ("\(folder)\(stem)-\($0.rawValue).png", [$0]) }
    }
  }
}

extension String {
  /// What stands behind the last slash.
  var lastPathComponent: String { pathComponents.last ?? self }
}
