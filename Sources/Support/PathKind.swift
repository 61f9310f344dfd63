import Glibc

extension String {
  /// Whether this is the path of a folder, or of a link to one.
  package var isFolder: Bool {
    var status = stat()
    return stat(cPath, &status) == 0 && status.st_mode & S_IFMT == S_IFDIR
  }
}
