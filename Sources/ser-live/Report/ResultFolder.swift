import Glibc
import Support

/// The folder for a command's results.
enum ResultFolder {
  /// Creates the folder unless it exists.
  static func make(_ path: String) throws(OperationError) {
    guard mkdir(path.cPath, 0o755) == 0 || errno == EEXIST else {
      throw OperationError(.inputOutput, "cannot make the folder \(path): \(systemMessage(errno))")
    }
    guard path.isFolder else {
      throw OperationError(.inputOutput, "\(path) is not a folder: give one to write the results to")
    }
  }
}
