import Glibc
import Support

/// The destination of pictures.
enum PictureTarget: Equatable {
  /// One file for everything.
  case file(String)
  /// A folder with a file for each kind: the recording's name, a hyphen, the kind.
  case folder(String, stem: String)

  /// - Parameters:
  ///   - path: a folder if it ends in a slash or is one.
  ///   - file: the recording.
  /// - Throws: an `OperationError` where it is neither a folder nor has the extension of a picture.
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

  /// Checks that the pictures of these kinds can be written, before long computations.
  ///
  /// - Throws: the errors of `OutputPlace`.
  func tryOut(_ kinds: [PlotKind]) throws(OperationError) {
    if case .folder(let path, _) = self {
      try OutputPlace.tryFolder(path, files: files(kinds).map { $0.path.lastPathComponent }, makesParents: true)
    } else {
      for file in files(kinds) { try OutputPlace.tryFile(file.path) }
    }
  }

  /// The destination of one of several channels: its number is appended to the name.
  func of(channel: Int) -> PictureTarget {
    switch self {
    case .folder(let path, let stem): return .folder(path, stem: "\(stem)-\(channel)")
    case .file(let path):
      // Has an extension, as every picture file.
      let point = path.lastIndex(of: ".") ?? path.endIndex
      return .file("\(path[..<point])-\(channel)\(path[point...])")
    }
  }

  /// Creates the folder and missing parents.
  func prepare() throws(OperationError) {
    if case .folder(let path, _) = self { try ArrayFile.makeFolder(path) }
  }

  /// The files for these kinds, and the kinds in each.
  func files(_ kinds: [PlotKind]) -> [(path: String, kinds: [PlotKind])] {
    switch self {
    case .file(let path): [(path, kinds)]
    case .folder(let folder, let stem): kinds.map { ("\(folder)\(stem)-\($0.rawValue).png", [$0]) }
    }
  }
}

extension String {
  /// The part after the last slash.
  var lastPathComponent: String { pathComponents.last ?? self }
}
