import Glibc

/// Keeps the memory of a process from being paged out.
public enum MemoryLock {
  /// Locks the current and future memory of the process, each page when it is first touched, so that only used memory
  /// becomes resident.
  ///
  /// - Returns: Whether that is permitted: with CAP_IPC_LOCK, as root has it, or where the limit on locked memory
  ///   (RLIMIT_MEMLOCK) may be infinite.
  public static func lockProcess() -> Bool {
    let resource = Int32(__RLIMIT_MEMLOCK.rawValue)
    var limit = rlimit()
    getrlimit(resource, &limit)
    let before = limit.rlim_cur
    // Under a finite limit later allocations would fail. A limit of zero shows whether it applies to this process.
    limit.rlim_cur = limit.rlim_max == .max ? .max : 0
    setrlimit(resource, &limit)
    defer {
      if limit.rlim_cur == 0 {
        limit.rlim_cur = before
        setrlimit(resource, &limit)
      }
    }
    return mlockall(MCL_CURRENT | MCL_FUTURE | MCL_ONFAULT) == 0
  }
}
