import Glibc

extension SafeTensors {
  /// Reads the file at `path`.
  ///
  /// - Throws: `noInput` where there is none or it may not be read, `inputOutput` where reading fails, `badData` where it
  ///   is not in the format.
  public init(contentsOf path: String) throws(CheckpointError) {
    func failed(_ kind: CheckpointError.Kind) -> CheckpointError {
      CheckpointError(kind, "cannot read \(path): \(String(cString: strerror(errno)))")
    }
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failed(.noInput) }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw failed(.inputOutput) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw CheckpointError(.noInput, "\(path) is not a file") }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var offset = 0
    while offset < bytes.count {
      // SAFETY: reads at most what is left of the array.
      let count = bytes.withUnsafeMutableBytes { read(descriptor, $0.baseAddress! + offset, $0.count - offset) }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failed(.inputOutput) }
      if count == 0 { break }
      offset += count
    }
    try self.init(bytes.span.extracting(0..<offset), name: path)
  }

  /// Writes the file as a whole or not at all: under another name first, then renamed.
  ///
  /// - Throws: `inputOutput`.
  public func write(to path: String) throws(CheckpointError) {
    func failed() -> CheckpointError {
      CheckpointError(.inputOutput, "cannot write \(path): \(String(cString: strerror(errno)))")
    }
    let temporary = "\(path).\(getpid()).part"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw failed() }
    let bytes = encoded()
    do throws(CheckpointError) {
      defer { close(descriptor) }
      var offset = 0
      while offset < bytes.count {
        // SAFETY: writes at most what is left of the array.
        let count = bytes.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress! + offset, $0.count - offset) }
        if count < 0 && errno == EINTR { continue }
        guard count >= 0 else { throw failed() }
        offset += count
      }
      guard fsync(descriptor) == 0, rename(temporary, path) == 0 else { throw failed() }
    } catch {
      unlink(temporary)
      throw error
    }
  }
}
