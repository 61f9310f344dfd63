import Glibc
import Support

/// The folder that a command writes its results to.
enum ResultFolder {
  /// Makes the folder unless it is there.
  static func make(_ path: String) throws(OperationError) {
    guard mkdir(path.cPath, 0o755) == 0 || errno == EEXIST else {
      throw OperationError(.inputOutput, "cannot make the folder \(path): \(systemMessage(errno))")
    }
    guard path.isFolder else {
      throw OperationError(.inputOutput, "\(path) is not a folder: give one to write the results to")
    }
  }
}
