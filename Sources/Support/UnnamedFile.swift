import Glibc

/// Files without a name, which the system deletes when their last descriptor is closed.
package enum UnnamedFile {
  /// Creates one for reading and writing, closed in child processes.
  ///
  /// - Returns: a negative number where none can be created; `errno` has the reason.
  package static func create(in folder: String) -> Int32 {
    var template = folder.path(to: "ser-live-XXXXXX").cPath
    let descriptor = mkstemp(&template)
    if descriptor >= 0 {
      _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
      unlink(template)
    }
    return descriptor
  }
}
