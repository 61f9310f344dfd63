import Glibc
import Support

extension SafeTensors {
  /// Reads the file at `path`.
  ///
  /// - Throws: `noInput` where it does not exist or is not readable, `inputOutput` where reading fails, `badData` where
  ///   the format is wrong.
  public init(contentsOf path: String) throws(CheckpointError) {
    func failed(_ kind: ErrorClass, _ code: Int32 = errno) -> CheckpointError {
      CheckpointError(kind, "cannot read \(path): \(systemMessage(code))")
    }
    let descriptor = open(path.cPath, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed(.noInput) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failed(.inputOutput) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw CheckpointError(.noInput, "\(path) is not a file") }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    let (count, failure) = bytes.withUnsafeMutableBytes { $0.readAll(from: descriptor) }
    guard failure == 0 else { throw failed(.inputOutput, failure) }
    try self.init(bytes.span.extracting(0..<count), name: path)
  }

  /// Writes the file atomically.
  ///
  /// - Throws: `inputOutput`.
  public func write(to path: String) throws(CheckpointError) {
    do throws(WholeFile.Failure) {
      try WholeFile.write(encoded(), to: path, flushed: true)
    } catch {
      throw CheckpointError(.inputOutput, "cannot write \(path): \(systemMessage(error.code))")
    }
  }
}
