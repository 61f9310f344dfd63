import Glibc
import Support

/// What another program made of its standard input.
///
/// Its standard input, output and error are files without a name. So neither side ever waits for the other, and a program that
/// ends before it has read everything is no special case, as it is with pipes.
struct ProgramRun {
  /// Whether it ended by itself, with code 0.
  let success: Bool
  let output: [UInt8]
  let errors: [UInt8]

  typealias Failure = SpawnedProgram.Failure

  /// What of the environment is passed on: what programs, libraries and fonts are found by. All else could only change the
  /// picture; texts are UTF-8 and numbers have points in any case.
  private static let variables = [
    "PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS",
  ]

  /// Runs a program to its end.
  ///
  /// - Parameter name: looked for in `PATH`.
  init(_ name: String, _ arguments: [String], input: [UInt8]) throws(Failure) {
    let files = try [NamelessFile(), NamelessFile(), NamelessFile()]
    try files[0].fill(input)
    let variables =
      Self.variables.compactMap { name in environment(name).map { "\(name)=\($0)" } } + ["LC_ALL=C.UTF-8"]
    let status = try SpawnedProgram.run(
      name, [name] + arguments, environment: variables,
      descriptors: files.enumerated().map { (own: $1.descriptor, standard: Int32($0)) })
    success = status == 0
    output = try files[1].content()
    errors = try files[2].content()
  }
}

/// A file without a name, which is gone when it is closed.
private final class NamelessFile {
  // SAFETY: opened here, closed in `deinit`, and used in between only.
  private let file: UnsafeMutablePointer<FILE>
  let descriptor: Int32

  init() throws(ProgramRun.Failure) {
    guard let file = tmpfile() else { throw ProgramRun.Failure(code: errno) }
    self.file = file
    descriptor = fileno(file)
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  }

  deinit { fclose(file) }

  /// Writes the content, to be read from its beginning.
  func fill(_ bytes: [UInt8]) throws(ProgramRun.Failure) {
    do {
      try Output(descriptor: descriptor).write(bytes)
    } catch {
      guard case .failed(let code) = error else { preconditionFailure("no pipe, so nobody closes its other end") }
      throw ProgramRun.Failure(code: code)
    }
    lseek(descriptor, 0, SEEK_SET)
  }

  func content() throws(ProgramRun.Failure) -> [UInt8] {
    let size = lseek(descriptor, 0, SEEK_END)
    var bytes = [UInt8](repeating: 0, count: size)
    let (count, failure) = bytes.withUnsafeMutableBytes { $0.readAll(from: descriptor) }
    guard count == bytes.count else { throw ProgramRun.Failure(code: failure == 0 ? EIO : failure) }
    return bytes
  }
}
