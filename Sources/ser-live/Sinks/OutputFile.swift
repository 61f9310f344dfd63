import Glibc
import Support

/// A file to which events are appended; it can be reopened under its name after another program has moved it.
final class OutputFile {
  let path: String
  private var output: Output
  private var isOpen = true

  /// Opens the file, or creates it where it does not exist; keeps its content.
  ///
  /// - Throws: `SinkError.file` where it cannot be opened.
  init(_ path: String) throws(SinkError) {
    self.path = path
    output = try Self.open(path)
  }

  deinit { if isOpen { try? output.close() } }

  /// Opens the file that now has the name.
  func reopen() throws(SinkError) {
    let opened = try Self.open(path)
    let old = output
    output = opened
    try naming { () throws(SinkError) in try old.close() }
  }

  /// Closes the file; no write may follow.
  ///
  /// - Throws: `SinkError.file` where previously written data is lost.
  func close() throws(SinkError) {
    guard isOpen else { return }
    isOpen = false
    try naming { () throws(SinkError) in try output.close() }
  }

  /// Whether it is empty; also true for files without a length, such as a pipe.
  var isEmpty: Bool {
    get throws(SinkError) {
      var status = stat()
      guard fstat(output.descriptor, &status) == 0 else { throw .file(path, errno) }
      return status.st_size == 0
    }
  }

  /// Truncates the file, if it has a length.
  func truncate() throws(SinkError) {
    // EINVAL: a pipe or a device, which has no content.
    guard ftruncate(output.descriptor, 0) == 0 || errno == EINVAL else { throw .file(path, errno) }
  }

  func write(_ bytes: [UInt8]) throws(SinkError) {
    try naming { () throws(SinkError) in try output.write(bytes) }
  }

  /// Runs an operation on the file; errors get its name.
  private func naming(_ work: () throws(SinkError) -> Void) throws(SinkError) {
    do throws(SinkError) {
      try work()
    } catch {
      guard case .failed(let code) = error else { throw error }
      throw .file(path, code)
    }
  }

  private static func open(_ path: String) throws(SinkError) -> Output {
    let descriptor = Glibc.open(path.cPath, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .file(path, errno) }
    return Output(descriptor: descriptor)
  }
}
