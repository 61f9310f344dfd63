import Glibc
import Support
import Training

/// A path pattern in the syntax of shells: `*`, `?` and `[…]` match parts of a name, and `**` matches folders of any
/// depth, including none. Names that begin with a point match only patterns that do so.
struct PathPattern {
  /// The matches of a pattern.
  struct Matches {
    /// Files and folders, in the order of their paths' bytes.
    var paths: [String] = []
    /// Unreadable folders of the search, a sentence each.
    var unreadable: [OperationError] = []
  }

  private let text: String
  private let components: [String]
  /// Whether it matches folders of any depth, so that links could lead to the same places repeatedly.
  let isDeep: Bool

  init(_ text: String) {
    self.text = text
    components = text.pathComponents
    isDeep = components.contains("**")
  }

  /// Whether a text can match names other than itself.
  static func isPattern(_ text: String) -> Bool { text.utf8.contains { "*?[".utf8.contains($0) } }

  /// - Parameter stop: ends the search when it is set; the results up to then are kept.
  func matches(stop: StopFlag) -> Matches {
    var result = Matches()
    var paths = [text.utf8.first == UInt8(ascii: "/") ? "/" : ""]
    for (index, component) in components.enumerated() {
      let isLast = index == components.count - 1
      if component == "**" {
        // At the end it matches everything below the folder, which the folder itself stands for.
        if isLast { break }
        var tree = FileTree(stop: stop)
        paths = paths.flatMap { path in
          let contents = tree.walk(path)
          result.unreadable += contents.unreadable
          return contents.folders
        }
      } else if Self.isPattern(component) {
        paths = paths.flatMap { folder in Self.names(in: folder, component, &result).map(folder.path(to:)) }
      } else {
        paths = paths.map { $0.path(to: Self.unescaped(component)) }
      }
      if stop.isStopped { return result }
      if !isLast || text.utf8.last == UInt8(ascii: "/") { paths = paths.filter(\.isFolder) }
    }
    paths = paths.map { $0.isEmpty ? "." : $0 }.filter { access($0.cPath, F_OK) == 0 || Self.isLink($0) }
    result.paths = paths.sorted(by: String.isOrderedByBytes)
    return result
  }

  /// The names in a folder that match a component without slashes.
  private static func names(in folder: String, _ component: String, _ result: inout Matches) -> [String] {
    let path = folder.isEmpty ? "." : folder
    guard let stream = opendir(path.cPath) else {
      if errno != ENOENT && errno != ENOTDIR {
        result.unreadable.append(
          OperationError(.noInput, "cannot read the folder \(path): \(systemMessage(errno))"))
      }
      return []
    }
    defer { closedir(stream) }
    // Letters are those of UTF-8, regardless of the program's locale.
    let locale = uselocale(utf8)
    defer { uselocale(locale) }
    let pattern = component.cPath
    var names: [String] = []
    while let entry = readdir(stream) {
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        // SAFETY: the kernel terminates names with a zero byte, including those that exceed the declared field.
        pointer.withMemoryRebound(to: CChar.self, capacity: 1) { name in
          fnmatch(pattern, name, FNM_PERIOD) == 0 ? String(cPath: name) : nil
        }
      }
      if let name, name != ".", name != ".." { names.append(name) }
    }
    return names
  }

  /// nil, which changes nothing, where the system lacks it.
  private nonisolated(unsafe) static let utf8 = newlocale(1 << LC_CTYPE, "C.UTF-8", nil)

  /// A component without wildcards, with the backslashes of escapes removed.
  private static func unescaped(_ component: String) -> String {
    guard component.contains("\\") else { return component }
    var name = String.UnicodeScalarView()
    var isEscaped = false
    for scalar in component.unicodeScalars {
      if scalar == "\\", !isEscaped {
        isEscaped = true
      } else {
        name.append(scalar)
        isEscaped = false
      }
    }
    return String(name)
  }

  /// Whether a link exists, possibly broken: it is a match, and opening it gives the error.
  private static func isLink(_ path: String) -> Bool {
    var status = stat()
    return lstat(path.cPath, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK
  }
}
