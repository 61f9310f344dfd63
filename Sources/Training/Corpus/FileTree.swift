import Capture
import Glibc
import Support

/// Walks folders.
///
/// Names that begin with a point are ignored. Links are followed, but each folder is read only once: folders are
/// identified by device and inode. A folder that can be reached by its own name and by links has the paths of its own
/// name. Only one folder is open at a time, so the depth of a tree is limited only by the length of paths.
package struct FileTree {
  /// The contents of a folder, including nested ones.
  package struct Contents {
    /// Files and links to files, ordered by the bytes of their paths. A broken link counts as a file, which then cannot
    /// be opened.
    package fileprivate(set) var files: [String] = []
    /// The folder itself and its nested folders, each before those in it; empty where all of them had been walked
    /// before.
    package fileprivate(set) var folders: [String] = []
    /// Number of entries that are neither file nor folder: pipes, sockets and devices.
    package fileprivate(set) var others = 0
    /// Unreadable folders, a sentence each.
    package fileprivate(set) var unreadable: [OperationError] = []
    /// False where a stop ended the walk.
    package fileprivate(set) var isWhole = true
  }

  fileprivate struct Identity: Hashable {
    let device: dev_t
    let inode: ino_t

    init(_ status: stat) {
      device = status.st_dev
      inode = status.st_ino
    }
  }

  private var visited: Set<Identity> = []
  private let stop: StopFlag

  /// - Parameter stop: ends a walk when it is set; the results up to then are kept.
  package init(stop: StopFlag = StopFlag()) {
    self.stop = stop
  }

  /// Walks a folder and its nested folders, except those walked before.
  ///
  /// - Parameter root: empty for the working folder, whose files then have no folder in their paths.
  package mutating func walk(_ root: String) -> Contents {
    var contents = Contents()
    // Links come last, so that the order of a file system's listing has no influence.
    var links = [root]
    while !links.isEmpty, !stop.isStopped {
      links.sort { String.isOrderedByBytes($1, $0) }
      var pending = [links.removeLast()]
      while let folder = pending.popLast(), !stop.isStopped {
        var found = Found()
        read(folder, &found, &contents)
        contents.files += found.files
        pending += found.folders.sorted { String.isOrderedByBytes($1, $0) }
        links += found.links
      }
    }
    // For a million files, this also takes seconds.
    try? contents.files.sort { (one, other) throws -> Bool in
      if stop.isStopped { throw Stopped() }
      return String.isOrderedByBytes(one, other)
    }
    contents.isWhole = !stop.isStopped
    return contents
  }

  /// The contents of a single folder.
  private struct Found {
    var files: [String] = []
    var folders: [String] = []
    /// Links to folders.
    var links: [String] = []
  }

  private mutating func read(_ folder: String, _ found: inout Found, _ contents: inout Contents) {
    let path = (folder.isEmpty ? "." : folder).cPath
    var status = stat()
    if stat(path, &status) == 0, !visited.insert(Identity(status)).inserted { return }
    guard let stream = opendir(path) else {
      contents.unreadable.append(Self.failure(folder))
      return
    }
    defer { closedir(stream) }
    contents.folders.append(folder)
    while !stop.isStopped {
      errno = 0
      guard let entry = readdir(stream) else {
        if errno != 0 { contents.unreadable.append(Self.failure(folder)) }
        return
      }
      let type = Int(entry.pointee.d_type)
      let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
        // SAFETY: the kernel terminates names with a zero byte, including those that exceed the declared field.
        pointer.withMemoryRebound(to: CChar.self, capacity: 1) { String(cPath: $0) }
      }
      guard name.utf8.first != UInt8(ascii: ".") else { continue }
      let path = folder.path(to: name)
      switch type {
      case DT_REG: found.files.append(path)
      case DT_DIR: found.folders.append(path)
      case DT_FIFO, DT_SOCK, DT_CHR, DT_BLK: contents.others += 1
      default: Self.look(at: path, name, in: dirfd(stream), &found, &contents)
      }
    }
  }

  /// Classifies links, and entries without a type in the listing.
  private static func look(
    at path: String, _ name: String, in folder: Int32, _ found: inout Found, _ contents: inout Contents
  ) {
    var status = stat()
    // An entry deleted since the listing does not exist.
    guard fstatat(folder, name.cPath, &status, AT_SYMLINK_NOFOLLOW) == 0 else { return }
    let isLink = status.st_mode & S_IFMT == S_IFLNK
    if isLink, fstatat(folder, name.cPath, &status, 0) != 0 {
      found.files.append(path)
      return
    }
    switch status.st_mode & S_IFMT {
    case S_IFREG: found.files.append(path)
    case S_IFDIR where isLink: found.links.append(path)
    case S_IFDIR: found.folders.append(path)
    default: contents.others += 1
    }
  }

  /// The reason that a folder is unreadable, from `errno`.
  private static func failure(_ folder: String) -> OperationError {
    let code = errno
    var advice: String?
    if code == ENOTDIR {
      let descriptor = open(folder.cPath, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
      let head = descriptor < 0 ? [] : FileKind.head(of: descriptor)
      if descriptor >= 0 { close(descriptor) }
      if case .archive = FileKind(name: folder, head: head) { advice = FileKind.archive.advice(path: folder) }
    }
    return OperationError(
      .noInput, "cannot read the folder \(folder.isEmpty ? "." : folder): \(advice ?? systemMessage(code))")
  }
}

extension FileTree {
  /// The contents of a folder that must be complete, such as training data.
  ///
  /// - Throws: an `OperationError` where the folder, or a nested one, is unreadable.
  static func all(below folder: String) throws(OperationError) -> Contents {
    var tree = FileTree()
    let contents = tree.walk(folder)
    if let failure = contents.unreadable.first { throw failure }
    return contents
  }

  /// The recording at a path, or all recordings below the folder there, sorted.
  ///
  /// - Throws: an `OperationError` where nothing exists, or a folder is unreadable.
  static func recordings(at path: String) throws(OperationError) -> [String] {
    var status = stat()
    if stat(path.cPath, &status) == 0, status.st_mode & S_IFMT == S_IFREG { return [path] }
    let (recordings, passedOver) = PassedOver.sort(try all(below: path))
    guard !recordings.isEmpty else { throw passedOver.noRecordings(in: path) }
    return recordings
  }
}

/// Entries of folders, to detect files that links reach in several ways.
package struct FolderEntries {
  private var folders: [String: FileTree.Identity] = [:]
  private var names: [FileTree.Identity: Set<[UInt8]>] = [:]

  package init() {}

  /// - Parameter path: of a file.
  /// - Returns: Whether its entry is new; true where its folder is inaccessible.
  package mutating func insert(_ path: String) -> Bool {
    let name = path.pathComponents.last.map { Array($0.utf8) } ?? []
    let folder = String(decoding: path.utf8.dropLast(name.count), as: UTF8.self)
    if folders[folder] == nil {
      var status = stat()
      guard stat((folder.isEmpty ? "." : folder).cPath, &status) == 0 else { return true }
      folders[folder] = FileTree.Identity(status)
    }
    return names[folders[folder]!, default: []].insert(name).inserted
  }
}
