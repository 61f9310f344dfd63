import Glibc
import Support

/// A run of another program, with its output.
///
/// Its standard input, output and error are unnamed files. Neither side therefore ever waits for the other, and a
/// program that ends before it has read its whole input is no special case, unlike with pipes.
struct ProgramRun {
  /// Whether it exited with code 0.
  let success: Bool
  let output: [UInt8]
  let errors: [UInt8]

  typealias Failure = SpawnedProgram.Failure

  /// The environment variables that are passed on: the search paths of programs, libraries and fonts. Others could only
  /// change the picture; text is UTF-8 and numbers have decimal points in any case.
  private static let variables = [
    "PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH", "FONTCONFIG_FILE", "FONTCONFIG_PATH", "XDG_CACHE_HOME",
    "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_DATA_DIRS",
  ]

  /// Runs a program to its end.
  ///
  /// - Parameter name: searched for in `PATH`.
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

/// An unnamed file, which is deleted when it is closed.
private final class NamelessFile {
  let descriptor: Int32

  init() throws(ProgramRun.Failure) {
    descriptor = UnnamedFile.create(in: "/tmp")
    guard descriptor >= 0 else { throw ProgramRun.Failure(code: errno) }
  }

  deinit { close(descriptor) }

  /// Writes the content, and seeks to its beginning.
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
