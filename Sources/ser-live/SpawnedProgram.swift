import Glibc
import Support

/// Runs another program to its end.
enum SpawnedProgram {
  /// A system call failed with this `errno`; ENOENT where the program does not exist.
  struct Failure: Error {
    let code: Int32
  }

  /// Runs a program and waits for its end. Signals that this program ignores or blocks have their defaults in the
  /// other.
  ///
  /// - Parameters:
  ///   - name: a path, or searched for in `PATH`.
  ///   - arguments: with its own name as the first.
  ///   - environment: all of it, as `NAME=value`.
  ///   - descriptors: this program's descriptors for its standard ones; the others are inherited.
  /// - Returns: the status of `waitpid`.
  static func run(
    _ name: String, _ arguments: [String], environment: [String], descriptors: [(own: Int32, standard: Int32)]
  ) throws(Failure) -> Int32 {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    for (own, standard) in descriptors { posix_spawn_file_actions_adddup2(&actions, own, standard) }
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    var (none, all) = (sigset_t(), sigset_t())
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    // SAFETY: terminated copies that live until the end of this function; both lists end with nil.
    var argumentPointers = arguments.map { strdup($0.cPath) } + [nil]
    var environmentPointers = environment.map { strdup($0.cPath) } + [nil]
    defer { for pointer in argumentPointers + environmentPointers { free(pointer) } }
    var child: pid_t = 0
    let code = posix_spawnp(&child, name, &actions, &attributes, &argumentPointers, &environmentPointers)
    guard code == 0 else { throw Failure(code: code) }
    var status: Int32 = 0
    while waitpid(child, &status, 0) < 0 {
      guard errno == EINTR else { throw Failure(code: errno) }
    }
    return status
  }
}
