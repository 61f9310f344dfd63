import Glibc

/// What another program made of its standard input.
///
/// Its standard input, output and error are files without a name. So neither side ever waits for the other, and a program that
/// ends before it has read everything is no special case, as it is with pipes.
struct ProgramRun {
  /// Whether it ended by itself, with code 0.
  let success: Bool
  let output: [UInt8]
  let errors: [UInt8]

  /// A system call failed with this `errno`; ENOENT where there is no such program.
  struct Failure: Error {
    let code: Int32
  }

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
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (standard, file) in files.enumerated() {
      posix_spawn_file_actions_adddup2(&actions, file.descriptor, Int32(standard))
    }
    // What this program ignores or blocks is none of the other's business.
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))

    let variables =
      Self.variables.compactMap { name in environment(name).map { "\(name)=\($0)" } } + ["LC_ALL=C.UTF-8"]
    // SAFETY: terminated copies that live until the end of this function; both lists end with nil.
    var argumentPointers = ([name] + arguments).map { strdup($0) } + [nil]
    var environmentPointers = variables.map { strdup($0) } + [nil]
    defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, name, &actions, &attributes, &argumentPointers, &environmentPointers)
    guard code == 0 else { throw Failure(code: code) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw Failure(code: errno) }
    }
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
    var offset = 0
    while offset < bytes.count {
      // SAFETY: reads at most what is left of the array.
      let count = bytes.withUnsafeMutableBytes {
        pread(descriptor, $0.baseAddress! + offset, $0.count - offset, offset)
      }
      if count < 0, errno == EINTR { continue }
      guard count > 0 else { throw ProgramRun.Failure(code: count < 0 ? errno : EIO) }
      offset += count
    }
    return bytes
  }
}
