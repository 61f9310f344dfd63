import Glibc
import Models
import Support

/// Checks that files can be written, before long computations and without side effects.
enum OutputPlace {
  /// The way of writing a file.
  enum Way {
    /// Atomically, see `WholeFile`: replaces an existing file.
    case replaced
    /// Into the existing file.
    case inPlace
  }

  /// - Throws: `inputOutput` where the file cannot be created, `usage` for an empty name.
  static func tryFile(_ path: String, _ way: Way = .replaced) throws(OperationError) {
    guard !path.isEmpty else { throw OperationError(.usage, "--output is empty: give the name of a file") }
    do throws(WholeFile.Failure) {
      if way == .replaced || access(path.cPath, F_OK) != 0 { return try WholeFile.tryOut(path) }
      guard !path.isFolder else { throw WholeFile.Failure(code: EISDIR) }
      guard access(path.cPath, W_OK) == 0 else { throw WholeFile.Failure(code: errno) }
    } catch {
      throw OperationError(.inputOutput, sentence(path, error.code))
    }
  }

  /// Checks a folder for files, existing or to be created.
  ///
  /// - Parameters:
  ///   - files: names of the files to be written to it.
  ///   - makesParents: whether missing parents will be created, too.
  /// - Throws: `inputOutput` where it cannot be created or written to, `usage` for an empty name.
  static func tryFolder(_ path: String, files: [String] = [], makesParents: Bool = false) throws(OperationError) {
    guard !path.isEmpty else { throw OperationError(.usage, "--output is empty: give the name of a folder") }
    var folder = path
    while folder.count > 1, folder.hasSuffix("/") { folder.removeLast() }
    if access(folder.cPath, F_OK) == 0 {
      guard folder.isFolder else {
        throw OperationError(.inputOutput, "\(path) is not a folder: give one to write the results to")
      }
      for name in files.isEmpty ? ["ser-live"] : files { try tryFile("\(folder)/\(name)") }
      return
    }
    do throws(WholeFile.Failure) {
      // Where a file can be created, a folder can be. If the nearest existing folder allows it, its subfolders do.
      while makesParents, parent(of: folder) != folder, access(parent(of: folder).cPath, F_OK) != 0, errno == ENOENT {
        folder = parent(of: folder)
      }
      try WholeFile.tryOut(folder)
    } catch {
      throw OperationError(.inputOutput, "cannot make the folder \(path): \(systemMessage(error.code))")
    }
  }

  /// The parent folder of a path.
  private static func parent(of path: String) -> String {
    guard let slash = path.lastIndex(of: "/") else { return "." }
    return slash == path.startIndex ? "/" : String(path[..<slash])
  }

  private static func sentence(_ path: String, _ code: Int32) -> String {
    switch code {
    case EISDIR: return "cannot write \(path): it is a folder; give the name of a file"
    case ENOENT where access(parent(of: path).cPath, F_OK) != 0:
      return "cannot write \(path): there is no folder \(parent(of: path)); make it first"
    default: return "cannot write \(path): \(systemMessage(code))"
    }
  }
}
